//go:build tools

// Package interop pins the program by others that the tests run: the nats command.
package interop

import _ "github.com/nats-io/natscli/nats"
