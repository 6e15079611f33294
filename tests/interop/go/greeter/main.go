// The greeter is a micro service written with nats.go and without Fairlead: what a Fairlead client
// must be able to call (../../greeter.proto). Usage: greeter URL. It prints "ready" and runs until it
// is terminated.
package main

import (
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"
	"google.golang.org/protobuf/encoding/protowire"
)

// parse reads a message whose only field is the string 1, as all requests of the greeter are.
func parse(message []byte) (string, error) {
	if len(message) == 0 {
		return "", nil
	}
	number, kind, size := protowire.ConsumeTag(message)
	if size < 0 || number != 1 || kind != protowire.BytesType {
		return "", errors.New("field 1 was expected")
	}
	text, size := protowire.ConsumeString(message[size:])
	return text, protowire.ParseError(size)
}

// format is the opposite of parse.
func format(text string) []byte {
	return protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), text)
}

func greet(request micro.Request) {
	name, err := parse(request.Data())
	if err != nil {
		complain(request.Error("400", err.Error(), nil))
		return
	}
	language := request.Headers().Get("accept-language")
	headers := micro.WithHeaders(micro.Headers{"content-language": []string{language}})
	complain(request.Respond(format("Hello "+name), headers))
}

// fail answers with the code that is asked for and with a text that must survive the way.
func fail(request micro.Request) {
	code, err := parse(request.Data())
	if err != nil {
		code = "400"
	}
	complain(request.Error(code, "100% of the greetings are out, señor", nil))
}

func ignore(micro.Request) {}

func complain(err error) {
	if err != nil {
		log.Print(err)
	}
}

func run(url string) error {
	connection, err := nats.Connect(url, nats.Name("greeter"))
	if err != nil {
		return err
	}
	defer connection.Close()
	service, err := micro.AddService(connection, micro.Config{
		Name:        "greeter",
		Version:     "1.2.3",
		Description: "Greets who calls.",
	})
	if err != nil {
		return err
	}
	group := service.AddGroup("peer.Greeter")
	for name, handler := range map[string]micro.HandlerFunc{"Greet": greet, "Fail": fail, "Ignore": ignore} {
		if err := group.AddEndpoint(name, handler); err != nil {
			return err
		}
	}
	// The endpoints are known to the server once it has answered.
	if err := connection.Flush(); err != nil {
		return err
	}
	fmt.Println("ready")
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
	<-stop
	return service.Stop()
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: greeter URL")
	}
	if err := run(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}
