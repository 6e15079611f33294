// A service and a client of go-ms, over gRPC.
//
// The service is added to go-ms' gRPC server, which its README lets run without the HTTP gateway. It asks for no
// middlewares, and go-ms' tracer is the one that records and exports nothing (mode mock). What go-ms puts around each
// call cannot be turned off: spans, and headers with the id of one, which are sent ahead of the answer. Nor can it be
// given options for grpc-go's server, such as workers that are kept for the next call.
//
// The client is go-ms' own as well: core.Call, which finds a stub's method by its name, by reflection. Callers share
// one connection. An application of go-ms has it call its own process only; its manager, made here as there, can be
// told another address. A call's deadline is its context's: the one that the manager is told is not used.
package main

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"strconv"
	"syscall"

	"fairlead.test/bench/peers/calc"
	"fairlead.test/bench/peers/grpcmethods"
	"fairlead.test/bench/peers/peer"
	"github.com/reversTeam/go-ms/core"
	"google.golang.org/grpc"
)

// version of go-ms, which the build sets.
var version string

// name of the service, and the fourth part of its package (see generate): go-ms looks for its middlewares by both.
const name = "calc"

// handler registers a service at the servers of go-ms.
type handler struct{}

func (handler) RegisterGrpc(server *core.GoMsGrpcServer, service core.GoMsServiceInterface) {
	service.RegisterGrpc(server)
}

func (handler) RegisterHttp(*core.GoMsHttpServer, core.GoMsServiceInterface) error {
	return errors.ErrUnsupported
}

// service as go-ms wants it.
type service struct{}

func (service) GetName() string                                 { return name }
func (service) GetHandler() core.GoMsHandlerInterface           { return handler{} }
func (service) GetMiddlewaresConf() map[string][]string         { return nil }
func (service) SetClientManager(*core.GrpcClientManager)        {}
func (service) GetClient(connection *grpc.ClientConn) any       { return calc.NewCalcClient(connection) }
func (service) RegisterHttp(*core.GoMsHttpServer, string) error { return errors.ErrUnsupported }
func (service) RegisterGrpc(server *core.GoMsGrpcServer) {
	calc.RegisterCalcServer(server.Server, grpcmethods.Methods{})
}

type running struct {
	address string
	server  *core.GoMsGrpcServer
}

func (r running) Address() string { return r.address }
func (r running) Close()          { r.server.GracefulStop() }

// split an address into what go-ms takes.
func split(address string) (core.ServerConfig, error) {
	host, digits, err := net.SplitHostPort(address)
	if err != nil {
		return core.ServerConfig{}, err
	}
	port, err := strconv.Atoi(digits)
	return core.ServerConfig{Host: host, Port: port}, err
}

// free finds a port for a place where the system shall pick one: go-ms does not tell which it listens on.
func free(place string) (string, error) {
	listener, err := net.Listen("tcp", place)
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

func serve(place string) (peer.Service, error) {
	// What go-ms logs cannot be turned off, but goes to Go's default log.
	log.SetOutput(io.Discard)
	application := core.NewContext(name, core.JaegerConfig{Mode: "mock"})
	for {
		address, err := free(place)
		if err != nil {
			return nil, err
		}
		config, err := split(address)
		if err != nil {
			return nil, err
		}
		server := core.NewGoMsGrpcServer(application, &config, nil, nil)
		server.AddService(service{})
		err = server.Start()
		if err == nil {
			return running{address, server}, nil
		}
		// Another process may have taken the port since.
		if !errors.Is(err, syscall.EADDRINUSE) {
			return nil, err
		}
	}
}

type client struct {
	manager    *core.GrpcClientManager
	connection *grpc.ClientConn
}

func call[Response any](c client, method string, request any) (Response, error) {
	deadline, cancel := context.WithTimeout(context.Background(), peer.Timeout)
	defer cancel()
	return core.Call[Response](deadline, c.manager, name, method, request)
}

func (c client) Average(request *calc.AverageRequest) (*calc.CalcResponse, error) {
	return call[*calc.CalcResponse](c, "Average", request)
}

func (c client) Block(request *calc.AverageRequest) (*calc.CalcResponse, error) {
	return call[*calc.CalcResponse](c, "Block", request)
}

func (c client) Wait(request *calc.AverageRequest) (*calc.CalcResponse, error) {
	return call[*calc.CalcResponse](c, "Wait", request)
}

func (c client) Echo(request *calc.Payload) (*calc.Payload, error) {
	return call[*calc.Payload](c, "Echo", request)
}

func (c client) Close() { c.connection.Close() }

// dial does what an application of go-ms does at its start for each of its services, and waits for the server as that
// does, without an end.
func dial(address string) (peer.Client, error) {
	config, err := split(address)
	if err != nil {
		return nil, err
	}
	manager := core.NewGrpcClientManager()
	manager.AddServer(name, config.Host, config.Port, peer.Timeout)
	if err := manager.InitConnections(); err != nil {
		return nil, err
	}
	connection, err := manager.GetConnection(name)
	if err != nil {
		return nil, err
	}
	manager.AddClient(name, service{}.GetClient(connection))
	return client{manager, connection}, nil
}

func main() {
	peer.Main(peer.Peer{Name: "go-ms", Version: version, Serve: serve, Dial: dial})
}
