module fairlead.test/bench/peers/go_ms

go 1.26.0

replace fairlead.test/bench/peers => ../../go

// The script generate makes it from peers.proto: until that is required it is not, so that go finds no folder missing.
replace fairlead.test/bench/peers/calc => ../../../../build/peers/bench/generated/go_ms

require (
	fairlead.test/bench/peers v0.0.0
	google.golang.org/grpc v1.85.0
)
