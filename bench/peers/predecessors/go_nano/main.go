// A service of go-nano, called through its server, which has a registry in Redis: JSON over HTTP.
//
// The form that its README shows to callers outside: POST to the server, which passes the message to the service whose
// pattern is the longest prefix of the message's. To register writes to Redis; the server then finds the service in
// its own memory, so no call asks Redis. (A service calls others by Act, which after its first call goes past the
// server and takes about half the time.) A process can have one pattern only, so the service tells its methods apart
// by the rest of the message's. Server and service use Go's default client, which keeps two idle connections to a
// place; as net/http has an option for, here it keeps more, or under load nearly every call would open one.
//
// Server and service listen on all interfaces and cannot be told otherwise. So they have a network of their own, with
// Redis, in which the ports are free; a load enters it by the process that it belongs to. That process is the
// service. The server and Redis are its children, and what they take is counted as little as of a nats-server.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"time"

	"fairlead.test/bench/peers/calc"
	"fairlead.test/bench/peers/peer"
	"github.com/domWinter/go-nano"
)

// version of go-nano, which the build sets.
var version string

const (
	host        = "127.0.0.1"
	redisPort   = 6379
	serverPort  = 9999
	servicePort = 8080
)

const (
	pattern = "role:calc"
	average = pattern + ",cmd:average"
	block   = pattern + ",cmd:block"
	echo    = pattern + ",cmd:echo"
)

type message struct {
	Pattern string
	Values  []float32 `json:",omitempty"`
	Data    []byte    `json:",omitempty"` // as base64
}

type answer struct {
	Operation string  `json:",omitempty"`
	Result    float32 `json:",omitempty"`
	Data      []byte  `json:",omitempty"`
}

func handle(body []byte) ([]byte, error) {
	var request message
	if err := json.Unmarshal(body, &request); err != nil {
		return nil, err
	}
	switch request.Pattern {
	case average:
	case block:
		time.Sleep(peer.BlockFor)
	case echo:
		return json.Marshal(answer{Data: request.Data})
	default:
		return nil, errors.New("there is no " + request.Pattern)
	}
	response := peer.Average(&calc.AverageRequest{Values: request.Values})
	return json.Marshal(answer{Operation: response.Operation, Result: response.Result})
}

type service struct{ children }

// Address is the process whose network it is.
func (s service) Address() string { return strconv.Itoa(os.Getpid()) }
func (s service) Close()          { s.stop() }

func (s service) start() error {
	redis := []string{"--bind", host, "--port", strconv.Itoa(redisPort), "--save", "", "--appendonly", "no"}
	if err := s.children.start(redisPort, "redis-server", redis...); err != nil {
		return err
	}
	if err := s.children.start(serverPort, os.Args[0], "server"); err != nil {
		return err
	}
	go nano.NewService(host, servicePort, host, serverPort).Add(pattern, handle)
	// It registers before it listens. A call in between would make the server drop it for good.
	if err := s.awaitListener(servicePort); err != nil {
		return err
	}
	return s.await(func() error {
		_, err := newClient().call(message{Pattern: average})
		return err
	})
}

func serve(string) (peer.Service, error) {
	if os.Getenv(entered) == "" {
		return nil, enterNew()
	}
	found := service{newChildren()}
	if err := found.start(); err != nil {
		found.stop()
		return nil, err
	}
	return found, nil
}

type client struct{ *http.Client }

func newClient() client { return client{&http.Client{Timeout: peer.Timeout}} }

func (c client) call(request message) (found answer, err error) {
	body, err := json.Marshal(request)
	if err != nil {
		return found, err
	}
	response, err := c.Post("http://"+local(serverPort), "application/json", bytes.NewReader(body))
	if err != nil {
		return found, err
	}
	defer response.Body.Close()
	// All of it has to be read, or the connection is not kept.
	if body, err = io.ReadAll(response.Body); err != nil {
		return found, err
	}
	if response.StatusCode != http.StatusOK {
		return found, errors.New(response.Status)
	}
	return found, json.Unmarshal(body, &found)
}

func (c client) number(pattern string, request *calc.AverageRequest) (*calc.CalcResponse, error) {
	found, err := c.call(message{Pattern: pattern, Values: request.Values})
	return &calc.CalcResponse{Operation: found.Operation, Result: found.Result}, err
}

func (c client) Average(request *calc.AverageRequest) (*calc.CalcResponse, error) {
	return c.number(average, request)
}

func (c client) Block(request *calc.AverageRequest) (*calc.CalcResponse, error) {
	return c.number(block, request)
}

func (c client) Wait(*calc.AverageRequest) (*calc.CalcResponse, error) {
	return nil, errors.New("each call that waits would take two connections")
}

func (c client) Echo(payload *calc.Payload) (*calc.Payload, error) {
	found, err := c.call(message{Pattern: echo, Data: payload.Data})
	return &calc.Payload{Data: found.Data}, err
}

func (c client) Close() { c.CloseIdleConnections() }

func dial(address string) (peer.Client, error) {
	if os.Getenv(entered) == "" {
		return nil, enterThatOf(address)
	}
	return newClient(), nil
}

func main() {
	// What go-nano logs is how it starts. Whether it does is found by calls.
	log.SetOutput(io.Discard)
	transport := http.DefaultTransport.(*http.Transport)
	transport.MaxIdleConns, transport.MaxIdleConnsPerHost = 0, 1024
	if len(os.Args) == 2 && os.Args[1] == "server" {
		nano.NewServer(local(redisPort), "", 0, serverPort).Listen()
	}
	peer.Main(peer.Peer{Name: "go-nano", Version: version, Serve: serve, Dial: dial})
}
