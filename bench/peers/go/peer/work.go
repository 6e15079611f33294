package peer

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"fairlead.test/bench/peers/calc"
)

var errWrong = errors.New("a wrong answer")

// callOf is one call of a work, its answer checked.
func callOf(work string, client Client) (func() error, error) {
	if bytes, found := strings.CutPrefix(work, "echo:"); found {
		size, err := strconv.Atoi(bytes)
		if err != nil {
			return nil, err
		}
		return echo(client, size), nil
	}
	switch work {
	case "average":
		return average(client.Average), nil
	case "block":
		return average(client.Block), nil
	case "wait":
		return average(client.Wait), nil
	}
	return nil, fmt.Errorf("there is no work %q", work)
}

func average(method func(*calc.AverageRequest) (*calc.CalcResponse, error)) func() error {
	request := &calc.AverageRequest{Values: []float32{1.1, 2.0, 3.5}}
	return func() error {
		response, err := method(request)
		if err == nil && (response.GetResult() < 2.1999 || response.GetResult() > 2.2001) {
			return errWrong
		}
		return err
	}
}

func echo(client Client, size int) func() error {
	request := &calc.Payload{Data: bytes.Repeat([]byte("x"), size)}
	return func() error {
		response, err := client.Echo(request)
		if err == nil && len(response.GetData()) != size {
			return errWrong
		}
		return err
	}
}
