// Package grpcmethods is the work as a service of grpc-go's stubs, for all peers that serve those.
package grpcmethods

import (
	"context"
	"time"

	"fairlead.test/bench/peers/calc"
	"fairlead.test/bench/peers/peer"
)

// Methods of the service.
type Methods struct {
	calc.UnimplementedCalcServer
}

func (Methods) Average(_ context.Context, request *calc.AverageRequest) (*calc.CalcResponse, error) {
	return peer.Average(request), nil
}

func (Methods) Block(_ context.Context, request *calc.AverageRequest) (*calc.CalcResponse, error) {
	time.Sleep(peer.BlockFor)
	return peer.Average(request), nil
}

func (Methods) Wait(_ context.Context, request *calc.AverageRequest) (*calc.CalcResponse, error) {
	time.Sleep(peer.WaitFor)
	return peer.Average(request), nil
}

func (Methods) Echo(_ context.Context, payload *calc.Payload) (*calc.Payload, error) {
	return payload, nil
}
