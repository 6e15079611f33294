package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"sync"
	"syscall"

	"fairlead.test/bench/peers/peer"
)

// entered is set in the environment of what runs in the network.
const entered = "GO_NANO_BENCH_NETWORK"

// enter a network by a command that runs another there: this program, which starts anew as the same process.
func enter(command ...string) error {
	path, err := exec.LookPath(command[0])
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	command = append(append(command, self), os.Args[1:]...)
	return syscall.Exec(path, command, append(os.Environ(), entered+"=yes"))
}

func enterNew() error {
	// Until its loopback is up, a new network has no address at all.
	return enter("unshare", "--user", "--map-root-user", "--net", "sh", "-c", `ip link set lo up && exec "$0" "$@"`)
}

func enterThatOf(process string) error {
	// Credentials are kept because a user of such a network may not set groups.
	return enter("nsenter", "--target", process, "--user", "--net", "--preserve-credentials")
}

// children of this process, which end with it, and when one of them ends.
type children struct {
	context.Context
	end   context.CancelCauseFunc
	ended *sync.WaitGroup
}

func newChildren() children {
	// Children are killed when the thread that started them ends: it is this one, which stays.
	runtime.LockOSThread()
	running, end := context.WithCancelCause(context.Background())
	return children{running, end, new(sync.WaitGroup)}
}

// start a child and await that it listens.
func (c children) start(port int, name string, arguments ...string) error {
	command := exec.CommandContext(c, name, arguments...)
	command.Stderr = os.Stderr
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := command.Start(); err != nil {
		return err
	}
	c.ended.Go(func() { c.end(fmt.Errorf("%s ended: %v", name, command.Wait())) })
	return c.awaitListener(port)
}

func (c children) awaitListener(port int) error {
	return c.await(func() error {
		connection, err := net.Dial("tcp", local(port))
		if err == nil {
			connection.Close()
		}
		return err
	})
}

// await that an attempt has no error, while all children run.
func (c children) await(attempt func() error) error {
	waiting, cancel := context.WithTimeout(c, peer.Timeout)
	defer cancel()
	for {
		err := attempt()
		if err == nil {
			return nil
		}
		if waiting.Err() != nil {
			return fmt.Errorf("%w: %w", context.Cause(waiting), err)
		}
	}
}

func (c children) stop() {
	c.end(nil)
	c.ended.Wait()
}

func local(port int) string { return net.JoinHostPort(host, strconv.Itoa(port)) }
