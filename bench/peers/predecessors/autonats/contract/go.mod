// A module of its own, since `generate` copies it to where the code is generated, and the program uses the copy.
module fairlead.test/bench/peers/autonats/contract

go 1.26.0
