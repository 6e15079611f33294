// A service and a client of nats.go: its package micro, with protobuf.
//
// The fastest form that is documented: handlers answer within the subscription's goroutine, from the message's
// own bytes; callers share one connection, whose requests share one subscription to their replies.
package main

import (
	"errors"
	"time"

	"fairlead.test/bench/peers/calc"
	"fairlead.test/bench/peers/peer"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"
	"google.golang.org/protobuf/proto"
)

type service struct {
	place      string
	connection *nats.Conn
}

func (s service) Address() string { return s.place }
func (s service) Close()          { s.connection.Close() }

// handler of a method.
func handler[Request any, Response proto.Message, Pointer interface {
	*Request
	proto.Message
}](method func(Pointer) Response) micro.HandlerFunc {
	return func(request micro.Request) {
		message := Pointer(new(Request))
		if err := proto.Unmarshal(request.Data(), message); err != nil {
			request.Error("400", err.Error(), nil)
			return
		}
		bytes, err := proto.Marshal(method(message))
		if err != nil {
			request.Error("500", err.Error(), nil)
			return
		}
		request.Respond(bytes)
	}
}

func serve(place string) (peer.Service, error) {
	connection, err := nats.Connect(place)
	if err != nil {
		return nil, err
	}
	calls, err := micro.AddService(connection, micro.Config{Name: "Calc", Version: "1.0.0"})
	if err != nil {
		return nil, err
	}
	methods := calls.AddGroup("bench.calc")
	average := handler(peer.Average)
	// A handler that blocks takes a goroutine of its own, or it would keep the others of its method waiting.
	after := func(pause time.Duration) micro.HandlerFunc {
		return func(request micro.Request) {
			go func() {
				time.Sleep(pause)
				average(request)
			}()
		}
	}
	echo := handler(func(payload *calc.Payload) *calc.Payload { return payload })
	handlers := map[string]micro.HandlerFunc{
		"Average": average, "Block": after(peer.BlockFor), "Wait": after(peer.WaitFor), "Echo": echo}
	for name, method := range handlers {
		if err := methods.AddEndpoint(name, method); err != nil {
			return nil, err
		}
	}
	return service{place, connection}, connection.Flush()
}

type client struct{ connection *nats.Conn }

func (c client) call(subject string, request, response proto.Message) error {
	bytes, err := proto.Marshal(request)
	if err != nil {
		return err
	}
	reply, err := c.connection.Request(subject, bytes, peer.Timeout)
	if err != nil {
		return err
	}
	if text := reply.Header.Get(micro.ErrorHeader); text != "" {
		return errors.New(text)
	}
	return proto.Unmarshal(reply.Data, response)
}

func (c client) Average(request *calc.AverageRequest) (*calc.CalcResponse, error) {
	response := new(calc.CalcResponse)
	return response, c.call("bench.calc.Average", request, response)
}

func (c client) Block(request *calc.AverageRequest) (*calc.CalcResponse, error) {
	response := new(calc.CalcResponse)
	return response, c.call("bench.calc.Block", request, response)
}

func (c client) Wait(request *calc.AverageRequest) (*calc.CalcResponse, error) {
	response := new(calc.CalcResponse)
	return response, c.call("bench.calc.Wait", request, response)
}

func (c client) Echo(request *calc.Payload) (*calc.Payload, error) {
	response := new(calc.Payload)
	return response, c.call("bench.calc.Echo", request, response)
}

func (c client) Close() { c.connection.Close() }

func dial(address string) (peer.Client, error) {
	connection, err := nats.Connect(address)
	return client{connection}, err
}

func main() {
	peer.Main(peer.Peer{Name: "nats.go", Module: "github.com/nats-io/nats.go", Serve: serve, Dial: dial})
}
