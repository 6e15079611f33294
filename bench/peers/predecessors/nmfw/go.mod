module fairlead.test/bench/peers/nmfw

go 1.26.0

replace fairlead.test/bench/peers => ../../go

// The script generate makes it, with nmfw. The build gets nmfw before that folder is there: it is not required here,
// and go mod tidy adds it after.
replace fairlead.test/bench/peers/calc => ../../../../build/peers/bench/generated/nmfw

// What nmfw generates takes the field Subjects of micro's Info, which no newer version has.
replace github.com/nats-io/nats.go => github.com/nats-io/nats.go v1.26.0

require (
	fairlead.test/bench/peers v0.0.0
	github.com/nats-io/nats.go v1.55.0
	github.com/sirupsen/logrus v1.10.2
)

require (
	github.com/beorn7/perks v1.0.1 // indirect
	github.com/cespare/xxhash/v2 v2.3.0 // indirect
	github.com/klauspost/compress v1.20.4 // indirect
	github.com/munnerz/goautoneg v0.0.0-20191010083416-a7dc8b61c822 // indirect
	github.com/nats-io/nats-server/v2 v2.15.3 // indirect
	github.com/nats-io/nkeys v0.4.17 // indirect
	github.com/nats-io/nuid v1.0.1 // indirect
	github.com/prometheus/client_golang v1.25.0 // indirect
	github.com/prometheus/client_model v0.6.3 // indirect
	github.com/prometheus/common v0.72.0 // indirect
	github.com/prometheus/procfs v0.22.0 // indirect
	golang.org/x/crypto v0.58.0 // indirect
	golang.org/x/sys v0.50.0 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
)
