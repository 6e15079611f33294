// What idle connections cost: the resident memory of this process before it connects and after.
//
//   bench_nats_idle idle --connections N
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "fairlead/nats/connection.hpp"

#include "bench/nats_program/options.hpp"

namespace fairlead::bench {
namespace {

using nats::Connection;

long resident_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    long kib = 0;
    if (word == "VmRSS:" && status >> kib) return kib;
  }
  return -1;
}

Task<absl::Status> run(Loop& loop, Options options) {
  const long before = resident_kib();
  std::vector<Connection> connections;
  for (int i = 0; i < options.connections; ++i) {
    auto connection = co_await Connection::connect(loop, connect_options(options));
    if (!connection.ok()) co_return connection.status();
    connections.push_back(*std::move(connection));
  }
  // Newer servers have something to say after the handshake.
  for (Connection& connection : connections) {
    const absl::Status flushed = co_await connection.flush(std::chrono::seconds(10));
    if (!flushed.ok()) co_return flushed;
  }
  std::printf("{\"before_kib\": %ld, \"after_kib\": %ld}\n", before, resident_kib());
  for (Connection& connection : connections) connection.close();
  co_return absl::OkStatus();
}

}  // namespace
}  // namespace fairlead::bench

int main(int argc, char** argv) {
  const fairlead::bench::Options options = fairlead::bench::parse_options(argc, argv);
  fairlead::Loop loop;
  const absl::Status status = loop.run(fairlead::bench::run(loop, options));
  if (!status.ok()) std::fprintf(stderr, "%s: %s\n", argv[0], status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
