module fairlead.test/bench/peers/go_nano

go 1.26.0

replace fairlead.test/bench/peers => ../../go

// bench/peers/build generates it from peers.proto.
replace fairlead.test/bench/peers/calc => ../../../../build/peers/bench/generated/go

require (
	fairlead.test/bench/peers v0.0.0
	fairlead.test/bench/peers/calc v0.0.0-00010101000000-000000000000
)

require (
	github.com/armon/go-radix v1.0.0 // indirect
	github.com/go-redis/redis/v7 v7.2.0 // indirect
	golang.org/x/net v0.60.0 // indirect
	golang.org/x/sys v0.48.0 // indirect
	golang.org/x/text v0.42.0 // indirect
	google.golang.org/genproto/googleapis/rpc v0.0.0-20260817212433-ac3dfec99bb1 // indirect
	google.golang.org/grpc v1.85.0 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
)
