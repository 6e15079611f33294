// The greeter is a micro service written with nats.go and without Fairlead: what a Fairlead client
// must be able to call. Usage: greeter URL. It prints "ready" and runs until it is terminated.
package main

import (
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: greeter URL")
	}
	connection, err := nats.Connect(os.Args[1], nats.Name("greeter"))
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()
	service, err := micro.AddService(connection, micro.Config{
		Name:        "greeter",
		Version:     "1.2.3",
		Description: "Greets who calls.",
	})
	if err != nil {
		log.Fatal(err)
	}
	group := service.AddGroup("peer.Greeter")
	add := func(name string, handler micro.HandlerFunc) {
		if err := group.AddEndpoint(name, handler); err != nil {
			log.Fatal(err)
		}
	}
	add("Greet", func(request micro.Request) {
		language := request.Headers().Get("accept-language")
		headers := micro.WithHeaders(micro.Headers{"content-language": []string{language}})
		if err := request.Respond(append([]byte("hello "), request.Data()...), headers); err != nil {
			log.Print(err)
		}
	})
	// Fails with the code that the payload names, and with a text that must survive the way.
	add("Fail", func(request micro.Request) {
		code := string(request.Data())
		if err := request.Error(code, "50% of the greetings are out, señor", nil); err != nil {
			log.Print(err)
		}
	})
	add("Ignore", func(micro.Request) {})
	// The endpoints are known to the server once it has answered.
	if err := connection.Flush(); err != nil {
		log.Fatal(err)
	}
	fmt.Println("ready")

	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
	<-stop
	if err := service.Stop(); err != nil {
		log.Fatal(err)
	}
}
