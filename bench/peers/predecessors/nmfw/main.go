// A service and a client that nmfw generates from peers.proto, over the package micro of nats.go.
//
// The form that its README shows: the generated service hosts plain handlers, and callers share one generated client
// with its one connection. While it serves its log is off, which is faster: nmfw's own program, generated beside them,
// logs a line of JSON for each call. The Prometheus metrics of each call cannot be turned off.
//
// A method handles one call at a time, and gives its handler no way to answer later: handlers that block or wait do
// so one after the other. Messages are handed over by value, and a call's deadline goes along in whole seconds.
//
// What nmfw generates takes Subjects of micro.Info, which nats.go had up to 1.26.0: go.mod replaces the newer version
// that the other peers require by that one.
package main

import (
	"context"
	"io"
	"time"

	"fairlead.test/bench/peers/calc"
	"fairlead.test/bench/peers/peer"
	"github.com/nats-io/nats.go"
	"github.com/sirupsen/logrus"
)

// version of nmfw, which is not linked into this program: the build sets it.
var version string

type service struct {
	place      string
	connection *nats.Conn
	stop       context.CancelFunc
	ended      chan error
}

func (s service) Address() string { return s.place }

func (s service) Close() {
	s.stop()
	<-s.ended
	s.connection.Close()
}

// lines of a log: tells that there is one.
type lines chan struct{}

func (l lines) Write(line []byte) (int, error) {
	select {
	case l <- struct{}{}:
	default:
	}
	return len(line), nil
}

func average(_ context.Context, request calc.AverageRequest) (*calc.CalcResponse, error) {
	return peer.Average(&request), nil
}

func after(pause time.Duration) func(context.Context, calc.AverageRequest) (*calc.CalcResponse, error) {
	return func(_ context.Context, request calc.AverageRequest) (*calc.CalcResponse, error) {
		time.Sleep(pause)
		return peer.Average(&request), nil
	}
}

func echo(_ context.Context, payload calc.Payload) (*calc.Payload, error) {
	return &payload, nil
}

func serve(place string) (peer.Service, error) {
	connection, err := nats.Connect(place)
	if err != nil {
		return nil, err
	}
	log, told := logrus.New(), make(lines, 1)
	log.SetOutput(told)
	calls := &calc.CalcService{
		Name:    "calc",
		Version: "1.0.0",
		Log:     logrus.NewEntry(log),

		AverageHandler: average,
		BlockHandler:   after(peer.BlockFor),
		WaitHandler:    after(peer.WaitFor),
		EchoHandler:    echo,
	}
	running, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- calls.Start(running, connection) }()
	// Start tells only its log that it serves, by its first line. A call would not tell: another instance may answer
	// it.
	<-told
	log.SetLevel(logrus.WarnLevel)
	log.SetOutput(io.Discard)
	return service{place, connection, stop, ended}, connection.Flush()
}

// client of a service: a call without a deadline has the timeout that the generated client was made with.
type client struct {
	connection *nats.Conn
	stub       *calc.CalcClient
}

func (c client) Average(request *calc.AverageRequest) (*calc.CalcResponse, error) {
	return c.stub.Average(context.Background(), *request)
}

func (c client) Block(request *calc.AverageRequest) (*calc.CalcResponse, error) {
	return c.stub.Block(context.Background(), *request)
}

func (c client) Wait(request *calc.AverageRequest) (*calc.CalcResponse, error) {
	return c.stub.Wait(context.Background(), *request)
}

func (c client) Echo(request *calc.Payload) (*calc.Payload, error) {
	return c.stub.Echo(context.Background(), *request)
}

func (c client) Close() { c.connection.Close() }

func dial(address string) (peer.Client, error) {
	connection, err := nats.Connect(address)
	return client{connection, calc.NewCalcClient(connection, peer.Timeout)}, err
}

func main() {
	peer.Main(peer.Peer{Name: "nmfw", Version: version, Serve: serve, Dial: dial})
}
