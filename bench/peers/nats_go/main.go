// What the programs bench_nats_pubsub, bench_nats_request and bench_nats_idle do, with nats.go.
//
//	nats_go publish|subscribe|respond|request|idle|version [options]
package main

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
)

const (
	clockEvery = 64       // messages between two looks at the clock,
	clockBytes = 64 << 10 // or so many bytes of them
	timeout    = 5 * time.Second
)

var (
	url         = flag.String("url", nats.DefaultURL, "")
	ca          = flag.String("tls", "", "")
	size        = flag.Int("size", 128, "")
	seconds     = flag.Float64("seconds", 1, "")
	inFlight    = flag.Int("in-flight", 1, "")
	connections = flag.Int("connections", 1, "")
)

func connect() (*nats.Conn, error) {
	var options []nats.Option
	if *ca != "" {
		options = append(options, nats.RootCAs(*ca))
	}
	return nats.Connect(*url, options...)
}

func duration() time.Duration {
	return time.Duration(*seconds * float64(time.Second))
}

func payload() []byte {
	return bytes.Repeat([]byte("x"), *size)
}

func printResult(count uint64, took time.Duration) {
	fmt.Printf("{\"count\": %d, \"seconds\": %.6f}\n", count, took.Seconds())
}

func publish(connection *nats.Conn) error {
	data := payload()
	burst := max(1, min(clockEvery, clockBytes / *size))
	start := time.Now()
	end := start.Add(duration())
	count := uint64(0)
	for time.Now().Before(end) {
		for i := 0; i < burst; i++ {
			if err := connection.Publish("bench.nobody", data); err != nil {
				return err
			}
			count++
		}
	}
	if err := connection.FlushTimeout(time.Minute); err != nil {
		return err
	}
	printResult(count, time.Since(start))
	return nil
}

func subscribe(connection *nats.Conn) error {
	var count, first uint64
	var measureFrom, start time.Time
	ended := false
	done := make(chan error, 1)
	subscription, err := connection.Subscribe("bench.flood", func(message *nats.Msg) {
		if count++; count%clockEvery != 1 || ended {
			return
		}
		now := time.Now()
		if count == 1 {
			measureFrom = now.Add(duration() / 10)
		}
		if now.Before(measureFrom) {
			first, start = count, now
		} else if now.Sub(start) >= duration() {
			ended = true
			printResult(count-first, now.Sub(start))
			done <- nil
		}
		if len(message.Data) != *size {
			done <- errors.New("a message has another size than was published")
		}
	})
	if err != nil {
		return err
	}
	// Without a bound nothing is dropped, so that what is counted is what came.
	if err := subscription.SetPendingLimits(-1, -1); err != nil {
		return err
	}
	if err := connection.Flush(); err != nil {
		return err
	}
	fmt.Println("ready")
	return <-done
}

func respond(connection *nats.Conn) error {
	_, err := connection.QueueSubscribe("bench.request", "q", func(message *nats.Msg) {
		if err := message.Respond(message.Data); err != nil {
			panic(err)
		}
	})
	if err != nil {
		return err
	}
	if err := connection.Flush(); err != nil {
		return err
	}
	fmt.Println("ready")
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

func request(connection *nats.Conn) error {
	data := payload()
	measureFrom := time.Now().Add(duration() / 10)
	end := measureFrom.Add(duration())
	var replies atomic.Uint64
	var failure atomic.Value
	var callers sync.WaitGroup
	for i := 0; i < *inFlight; i++ {
		callers.Add(1)
		go func() {
			defer callers.Done()
			count := uint64(0)
			defer func() { replies.Add(count) }()
			for {
				reply, err := connection.Request("bench.request", data, timeout)
				if err != nil {
					failure.Store(err.Error())
					return
				}
				if len(reply.Data) != *size {
					failure.Store("a reply has another size than its request")
					return
				}
				now := time.Now()
				if !now.Before(end) {
					return
				}
				if !now.Before(measureFrom) {
					count++
				}
			}
		}()
	}
	callers.Wait()
	if text := failure.Load(); text != nil {
		return errors.New(text.(string))
	}
	printResult(replies.Load(), duration())
	return nil
}

func residentKiB() (kib int) {
	file, err := os.Open("/proc/self/status")
	if err != nil {
		return -1
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "VmRSS:") {
			fmt.Sscanf(lines.Text(), "VmRSS: %d kB", &kib)
		}
	}
	return kib
}

func idle() error {
	before := residentKiB()
	var all []*nats.Conn
	for i := 0; i < *connections; i++ {
		connection, err := connect()
		if err != nil {
			return err
		}
		all = append(all, connection)
	}
	for _, connection := range all {
		if err := connection.Flush(); err != nil {
			return err
		}
	}
	fmt.Printf("{\"before_kib\": %d, \"after_kib\": %d}\n", before, residentKiB())
	for _, connection := range all {
		connection.Close()
	}
	return nil
}

func run(mode string) error {
	switch mode {
	case "version":
		fmt.Println("nats.go", nats.Version)
		return nil
	case "idle":
		return idle()
	}
	modes := map[string]func(*nats.Conn) error{
		"publish": publish, "subscribe": subscribe, "respond": respond, "request": request}
	measure, found := modes[mode]
	if !found {
		return fmt.Errorf("there is no mode %q", mode)
	}
	connection, err := connect()
	if err != nil {
		return err
	}
	defer connection.Close()
	return measure(connection)
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: nats_go MODE [options]")
		os.Exit(2)
	}
	if err := flag.CommandLine.Parse(os.Args[2:]); err != nil {
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "nats_go:", err)
		os.Exit(1)
	}
}
