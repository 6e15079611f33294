// Package contract is what autonats makes a client and a handler of.
package contract

import "context"

// AverageRequest is a series of numbers.
type AverageRequest struct {
	Values []float32 `json:"values"`
}

// Answer is what was done, and what came of it.
type Answer struct {
	Operation string  `json:"operation"`
	Result    float32 `json:"result"`
}

// Payload is what comes back as it is. JSON holds its bytes as base64.
type Payload struct {
	Data []byte `json:"data"`
}

// Calc is the service. It takes and returns pointers, since the code that autonats makes for values does not compile.
//
// @nats:server Calc
type Calc interface {
	Average(ctx context.Context, request *AverageRequest) (*Answer, error)
	Block(ctx context.Context, request *AverageRequest) (*Answer, error)
	Echo(ctx context.Context, payload *Payload) (*Payload, error)
}
