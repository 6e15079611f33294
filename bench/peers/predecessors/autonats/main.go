// A service and a client of autonats, which are generated from the Go interface in contract.
//
// The documented form: one connection and one client for all callers. Peculiar:
//   - A span goes in front of each request's JSON, and a service whose tracer cannot read one never answers. So both
//     sides have Jaeger's tracer, which samples every call; spans are made, handed on and then dropped.
//   - A reply is JSON that holds the result's JSON as base64, so the bytes of an echo are base64 twice.
//   - A method has a fixed number of goroutines, and calls beyond it are dropped, not queued; see generate. For the ten
//     thousand calls of `wait`, each method of an idle service would need as many, so there is no such method.
//   - The handler never cancels the context that it makes for a call, so each is kept for its timeout, 5 s.
//   - nats.go is that of the other peers, which is newer than what autonats asks for.
package main

import (
	"context"
	"errors"
	"time"

	"fairlead.test/bench/peers/autonats/contract"
	"fairlead.test/bench/peers/calc"
	"fairlead.test/bench/peers/peer"
	"github.com/nats-io/nats.go"
	"github.com/opentracing/opentracing-go"
	"github.com/uber/jaeger-client-go"
	"github.com/zyra/autonats"
)

// version of autonats; the build sets it.
var version string

type methods struct{}

func (methods) Average(_ context.Context, request *contract.AverageRequest) (*contract.Answer, error) {
	response := peer.Average(&calc.AverageRequest{Values: request.Values})
	return &contract.Answer{Operation: response.Operation, Result: response.Result}, nil
}

func (own methods) Block(call context.Context, request *contract.AverageRequest) (*contract.Answer, error) {
	time.Sleep(peer.BlockFor)
	return own.Average(call, request)
}

func (methods) Echo(_ context.Context, payload *contract.Payload) (*contract.Payload, error) {
	return payload, nil
}

type service struct {
	place      string
	connection *nats.Conn
	handler    autonats.Handler
}

func (s service) Address() string { return s.place }

func (s service) Close() {
	s.handler.Shutdown()
	s.connection.Close()
}

// connect, with a tracer where the generated code looks for it.
func connect(place string) (*nats.Conn, error) {
	tracer, _ := jaeger.NewTracer("calc", jaeger.NewConstSampler(true), jaeger.NewNullReporter())
	opentracing.SetGlobalTracer(tracer)
	return nats.Connect(place)
}

func serve(place string) (peer.Service, error) {
	connection, err := connect(place)
	if err != nil {
		return nil, err
	}
	handler := contract.NewCalcHandler(methods{}, connection)
	// One that can be cancelled would keep a list of the contexts of all calls of the last 5 s.
	if err := handler.Run(context.Background()); err != nil {
		return nil, err
	}
	return service{place, connection, handler}, connection.Flush()
}

type client struct {
	connection *nats.Conn
	stub       *contract.CalcClient
}

// average by one of the two methods that do it. The timeout is ours, since the stub keeps its own from nats.go.
func average(method func(context.Context, *contract.AverageRequest) (*contract.Answer, error),
	request *calc.AverageRequest) (*calc.CalcResponse, error) {
	call, cancel := context.WithTimeout(context.Background(), peer.Timeout)
	defer cancel()
	answer, err := method(call, &contract.AverageRequest{Values: request.Values})
	if err != nil {
		return nil, err
	}
	return &calc.CalcResponse{Operation: answer.Operation, Result: answer.Result}, nil
}

func (c client) Average(request *calc.AverageRequest) (*calc.CalcResponse, error) {
	return average(c.stub.Average, request)
}

func (c client) Block(request *calc.AverageRequest) (*calc.CalcResponse, error) {
	return average(c.stub.Block, request)
}

func (client) Wait(*calc.AverageRequest) (*calc.CalcResponse, error) {
	return nil, errors.New("the service has no method that waits")
}

func (c client) Echo(payload *calc.Payload) (*calc.Payload, error) {
	call, cancel := context.WithTimeout(context.Background(), peer.Timeout)
	defer cancel()
	answer, err := c.stub.Echo(call, &contract.Payload{Data: payload.Data})
	if err != nil {
		return nil, err
	}
	return &calc.Payload{Data: answer.Data}, nil
}

func (c client) Close() { c.connection.Close() }

func dial(address string) (peer.Client, error) {
	connection, err := connect(address)
	return client{connection, contract.NewCalcClient(connection)}, err
}

func main() {
	peer.Main(peer.Peer{Name: "autonats", Version: version, Serve: serve, Dial: dial})
}
