// A service and a client of grpc-go.
//
// The fastest form that is documented: one connection and one stub for all callers, and workers on the server
// that are kept for the next call (NumStreamWorkers), which spares the growth of a new goroutine's stack.
package main

import (
	"context"
	"net"
	"runtime"

	"fairlead.test/bench/peers/calc"
	"fairlead.test/bench/peers/grpcmethods"
	"fairlead.test/bench/peers/peer"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

type service struct {
	address string
	server  *grpc.Server
}

func (s service) Address() string { return s.address }
func (s service) Close()          { s.server.Stop() }

func serve(place string) (peer.Service, error) {
	listener, err := net.Listen("tcp", place)
	if err != nil {
		return nil, err
	}
	server := grpc.NewServer(grpc.NumStreamWorkers(uint32(runtime.GOMAXPROCS(0))))
	calc.RegisterCalcServer(server, grpcmethods.Methods{})
	go server.Serve(listener)
	return service{listener.Addr().String(), server}, nil
}

type client struct {
	connection *grpc.ClientConn
	stub       calc.CalcClient
}

func deadline() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), peer.Timeout)
}

func (c client) Average(request *calc.AverageRequest) (*calc.CalcResponse, error) {
	call, cancel := deadline()
	defer cancel()
	return c.stub.Average(call, request)
}

func (c client) Block(request *calc.AverageRequest) (*calc.CalcResponse, error) {
	call, cancel := deadline()
	defer cancel()
	return c.stub.Block(call, request)
}

func (c client) Wait(request *calc.AverageRequest) (*calc.CalcResponse, error) {
	call, cancel := deadline()
	defer cancel()
	return c.stub.Wait(call, request)
}

func (c client) Echo(request *calc.Payload) (*calc.Payload, error) {
	call, cancel := deadline()
	defer cancel()
	return c.stub.Echo(call, request)
}

func (c client) Close() { c.connection.Close() }

func dial(address string) (peer.Client, error) {
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	return client{connection, calc.NewCalcClient(connection)}, err
}

func main() {
	peer.Main(peer.Peer{Name: "grpc-go", Module: "google.golang.org/grpc", Serve: serve, Dial: dial})
}
