// Bare sockets as a program of the comparison with peers: the ceiling of what goes through a
// nats-server. It knows closed loops of `average` alone.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "bench/peers/cpp/load.hpp"
#include "bench/rpc_nats/sides.hpp"

namespace {

[[noreturn]] void refuse() {
  std::fprintf(
      stderr,
      "usage: bench_raw version | serve --at nats://HOST:PORT | load --at nats://HOST:PORT "
      "--work average --in-flight N --seconds S\n");
  std::exit(2);
}

fairlead::bench::Load load_of(int argc, char** argv) {
  fairlead::bench::Load load;
  for (int i = 2; i + 1 < argc; i += 2) {
    const std::string option = argv[i];
    const std::string value = argv[i + 1];
    if (option == "--at") {
      const std::size_t colon = value.rfind(':');
      if (!value.starts_with("nats://") || colon < 7) refuse();
      load.host = value.substr(7, colon - 7);
      load.port = static_cast<std::uint16_t>(std::atoi(value.c_str() + colon + 1));
      load.ready = "ready " + value;
    } else if (option == "--in-flight") {
      load.in_flight = std::atoi(value.c_str());
    } else if (option == "--seconds") {
      load.seconds = std::atof(value.c_str());
    } else if (option != "--work" || value != "average") {
      refuse();
    }
  }
  if (load.port == 0 || load.in_flight <= 0 || load.seconds <= 0) refuse();
  return load;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "version") {
    std::puts("bare sockets");
    return 0;
  }
  if (mode != "serve" && mode != "load") refuse();
  const fairlead::bench::Load load = load_of(argc, argv);
  if (mode == "serve") return fairlead::bench::serve_with_sockets(load);
  const fairlead::bench::Result found = fairlead::bench::call_with_sockets(load);
  std::printf(
      "{\"calls\": %.0f, \"failed\": %llu, \"seconds\": %.6f, \"p50_us\": %.2f, \"p90_us\": %.2f, "
      "\"p99_us\": %.2f, \"p999_us\": %.2f, \"max_us\": %.2f, \"cpu_seconds\": %.6f}\n",
      found.calls_per_second * load.seconds, static_cast<unsigned long long>(found.failed),
      load.seconds, found.p50_microseconds, found.p90_microseconds, found.p99_microseconds,
      found.p999_microseconds, found.max_microseconds,
      found.cpu_microseconds * found.calls_per_second * load.seconds / 1e6);
  return 0;
}
