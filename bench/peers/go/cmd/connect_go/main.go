// A service and a client of connect-go: its own protocol with protobuf, over HTTP/2 in the clear.
//
// The fastest form that is documented: answers are not compressed (WithAcceptCompression of nothing), and as
// many calls as the callers make share one HTTP/2 connection.
package main

import (
	"context"
	"math"
	"net"
	"net/http"
	"time"

	"connectrpc.com/connect"
	"fairlead.test/bench/peers/calc"
	"fairlead.test/bench/peers/calc/calcconnect"
	"fairlead.test/bench/peers/peer"
)

type methods struct{}

func (methods) Average(_ context.Context, call *connect.Request[calc.AverageRequest]) (
	*connect.Response[calc.CalcResponse], error) {
	return connect.NewResponse(peer.Average(call.Msg)), nil
}

func (m methods) Block(context context.Context, call *connect.Request[calc.AverageRequest]) (
	*connect.Response[calc.CalcResponse], error) {
	time.Sleep(peer.BlockFor)
	return m.Average(context, call)
}

func (m methods) Wait(context context.Context, call *connect.Request[calc.AverageRequest]) (
	*connect.Response[calc.CalcResponse], error) {
	time.Sleep(peer.WaitFor)
	return m.Average(context, call)
}

func (methods) Echo(_ context.Context, call *connect.Request[calc.Payload]) (
	*connect.Response[calc.Payload], error) {
	return connect.NewResponse(call.Msg), nil
}

// clear is HTTP/2 without TLS.
func clear() *http.Protocols {
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	return protocols
}

type service struct {
	address string
	server  *http.Server
}

func (s service) Address() string { return s.address }
func (s service) Close()          { s.server.Close() }

func serve(place string) (peer.Service, error) {
	listener, err := net.Listen("tcp", place)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle(calcconnect.NewCalcHandler(methods{}))
	server := &http.Server{
		Handler:   mux,
		Protocols: clear(),
		HTTP2:     &http.HTTP2Config{MaxConcurrentStreams: math.MaxInt16},
	}
	go server.Serve(listener)
	return service{listener.Addr().String(), server}, nil
}

type client struct{ stub calcconnect.CalcClient }

func call[Request, Response any](
	method func(context.Context, *connect.Request[Request]) (*connect.Response[Response], error),
	request *Request) (*Response, error) {
	deadline, cancel := context.WithTimeout(context.Background(), peer.Timeout)
	defer cancel()
	response, err := method(deadline, connect.NewRequest(request))
	if err != nil {
		return nil, err
	}
	return response.Msg, nil
}

func (c client) Average(request *calc.AverageRequest) (*calc.CalcResponse, error) {
	return call(c.stub.Average, request)
}

func (c client) Block(request *calc.AverageRequest) (*calc.CalcResponse, error) {
	return call(c.stub.Block, request)
}

func (c client) Wait(request *calc.AverageRequest) (*calc.CalcResponse, error) {
	return call(c.stub.Wait, request)
}

func (c client) Echo(request *calc.Payload) (*calc.Payload, error) {
	return call(c.stub.Echo, request)
}

func (c client) Close() {}

func dial(address string) (peer.Client, error) {
	transport := &http.Client{Transport: &http.Transport{Protocols: clear()}}
	return client{calcconnect.NewCalcClient(transport, "http://"+address,
		connect.WithAcceptCompression("gzip", nil, nil))}, nil
}

func main() {
	peer.Main(peer.Peer{Name: "connect-go", Module: "connectrpc.com/connect", Serve: serve, Dial: dial})
}
