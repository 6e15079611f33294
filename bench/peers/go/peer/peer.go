// Package peer is what the Go peers share: the command line, the load generator and the work itself.
package peer

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path"
	"runtime/debug"
	"strings"
	"time"

	"fairlead.test/bench/peers/calc"
)

// Timeout is that of every call.
const Timeout = 5 * time.Second

// BlockFor is how long the handler of the work `block` blocks.
const BlockFor = time.Millisecond

// WaitFor is how long the handler of the work `wait` waits.
const WaitFor = 500 * time.Millisecond

// Service is one that runs.
type Service interface {
	// Address is where it can be called.
	Address() string
	Close()
}

// Client makes calls; it is called by many goroutines at a time.
type Client interface {
	Average(*calc.AverageRequest) (*calc.CalcResponse, error)
	Block(*calc.AverageRequest) (*calc.CalcResponse, error)
	Wait(*calc.AverageRequest) (*calc.CalcResponse, error)
	Echo(*calc.Payload) (*calc.Payload, error)
	Close()
}

// Peer is what a library's program is made of.
type Peer struct {
	// Name of the library; its version is that of the module linked into this program, unless Version says.
	Name, Module, Version string
	// Serve starts a service at a place (nats://HOST:PORT, or HOST:0).
	Serve func(place string) (Service, error)
	// Dial makes a client of the service at an address.
	Dial func(address string) (Client, error)
}

// Average is the handler's work, the same for all.
func Average(request *calc.AverageRequest) *calc.CalcResponse {
	sum := float32(0)
	for _, value := range request.GetValues() {
		sum += value
	}
	response := &calc.CalcResponse{Operation: "average"}
	if count := len(request.GetValues()); count > 0 {
		response.Result = sum / float32(count)
	}
	return response
}

// Main runs the program: `version`, `serve` or `load`.
func Main(peer Peer) {
	if err := run(peer); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", path.Base(os.Args[0]), err)
		os.Exit(1)
	}
}

func run(peer Peer) error {
	mode := ""
	if len(os.Args) > 1 {
		mode = os.Args[1]
	}
	flags := flag.NewFlagSet(mode, flag.ExitOnError)
	at := flags.String("at", "", "where the service is")
	work := flags.String("work", "average", "average, echo:BYTES, block or wait")
	inFlight := flags.Int("in-flight", 1, "calls at a time")
	seconds := flags.Float64("seconds", 1, "how long to measure")
	rate := flags.Float64("rate", 0, "calls due per second; 0: each follows the one before")
	if len(os.Args) > 2 {
		flags.Parse(os.Args[2:])
	}
	switch mode {
	case "version":
		found := peer.Version
		if found == "" {
			found = version(peer.Module)
		}
		fmt.Println(peer.Name, found)
		return nil
	case "serve":
		return serve(peer, *at)
	case "load":
		client, err := peer.Dial(*at)
		if err != nil {
			return err
		}
		defer client.Close()
		call, err := callOf(*work, client)
		if err != nil {
			return err
		}
		length := time.Duration(*seconds * float64(time.Second))
		return load(call, *inFlight, length, *rate).print(os.Stdout)
	}
	return fmt.Errorf("usage: version | serve --at PLACE | load --at ADDRESS [options]")
}

func serve(peer Peer, place string) error {
	service, err := peer.Serve(place)
	if err != nil {
		return err
	}
	fmt.Println("ready", service.Address())
	_, err = io.Copy(io.Discard, os.Stdin)
	service.Close()
	return err
}

// version is that of a module linked into this program.
func version(module string) string {
	build, _ := debug.ReadBuildInfo()
	for _, linked := range build.Deps {
		if linked.Path == module {
			return strings.TrimPrefix(linked.Version, "v")
		}
	}
	return "unknown"
}
