//go:build tools

// Package interop pins the programs by others that the tests run: the nats command and a newer
// nats-server than the distribution's.
package interop

import (
	_ "github.com/nats-io/nats-server/v2"
	_ "github.com/nats-io/natscli/nats"
)
