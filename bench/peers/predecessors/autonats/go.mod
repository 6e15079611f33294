module fairlead.test/bench/peers/autonats

go 1.26.0

// bench/peers/build generates these from peers.proto and, by generate, from contract.
replace (
	fairlead.test/bench/peers/autonats/contract => ../../../../build/peers/bench/generated/autonats
	fairlead.test/bench/peers/calc => ../../../../build/peers/bench/generated/go
)

replace fairlead.test/bench/peers => ../../go

require (
	fairlead.test/bench/peers v0.0.0
	fairlead.test/bench/peers/calc v0.0.0-00010101000000-000000000000
	github.com/nats-io/nats.go v1.55.0
	github.com/opentracing/opentracing-go v1.2.0
	github.com/uber/jaeger-client-go v2.30.0+incompatible
)

require (
	github.com/json-iterator/go v1.1.10 // indirect
	github.com/klauspost/compress v1.20.0 // indirect
	github.com/modern-go/concurrent v0.0.0-20180228061459-e0a39a4cb421 // indirect
	github.com/modern-go/reflect2 v0.0.0-20180701023420-4b7aa43c6742 // indirect
	github.com/nats-io/nkeys v0.4.16 // indirect
	github.com/nats-io/not.go v0.0.0-20200622173954-4685a9163025 // indirect
	github.com/nats-io/nuid v1.0.1 // indirect
	github.com/pkg/errors v0.9.1 // indirect
	github.com/uber/jaeger-lib v2.2.0+incompatible // indirect
	go.uber.org/atomic v1.6.0 // indirect
	golang.org/x/crypto v0.57.0 // indirect
	golang.org/x/net v0.60.0 // indirect
	golang.org/x/sys v0.48.0 // indirect
	golang.org/x/text v0.42.0 // indirect
	google.golang.org/genproto/googleapis/rpc v0.0.0-20260817212433-ac3dfec99bb1 // indirect
	google.golang.org/grpc v1.85.0 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
)
