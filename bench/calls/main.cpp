// Typed calls with Fairlead, everything on that is on by default, as a program of the comparison
// with peers: bench/compare starts it, bench/calls/options.hpp has its command line.
#include <cstdio>

#include "fairlead/version.hpp"

#include "bench/calls/sides.hpp"

int main(int argc, char** argv) {
  using namespace fairlead;
  const bench::Options options = bench::parse_options(argc, argv);
  if (options.mode == "version") {
    std::printf("fairlead %.*s\n", static_cast<int>(kVersion.size()), kVersion.data());
    return 0;
  }
  if (options.mode == "serve") return bench::serve(options);
  bench::load(options).print();
  return 0;
}
