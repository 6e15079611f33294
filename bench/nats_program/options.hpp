#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "fairlead/nats/connect_options.hpp"

namespace fairlead::bench {

/// What the programs that measure the NATS client are told. The peers of bench/peers take the same.
struct Options {
  std::string mode;
  std::string url = "nats://127.0.0.1:4222";
  std::string ca_file;  // encrypted if there is one
  std::size_t size = 128;
  std::chrono::nanoseconds duration = std::chrono::seconds(1);
  int in_flight = 1;
  int connections = 1;
};

/// Reads `MODE [--url URL] [--tls CA_FILE] [--size BYTES] [--seconds S] [--in-flight N]
/// [--connections N]`; ends the program with a message if it is something else.
Options parse_options(int argc, char** argv);

/// How to connect as `options` say.
nats::ConnectOptions connect_options(const Options& options);

/// Says that the other side may start.
void say_ready();

/// The program's result: `count` things in `duration`.
void print_result(std::uint64_t count, std::chrono::nanoseconds duration);

}  // namespace fairlead::bench
