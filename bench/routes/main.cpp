// Typed Average by each route: within a loop, and, where there is a nats-server, through it and
// over direct links, encrypted and by a unix socket, to a service in a process of its own.
//
//   bench_routes [SECONDS [ROUNDS [local|remote]]]
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

#include "fairlead/server.hpp"

#include "bench/routes/averager.hpp"
#include "bench/routes/load.hpp"
#ifdef FAIRLEAD_BENCH_DIRECT
#include "bench/routes/remote.hpp"
#endif

namespace fairlead::bench {
namespace {

Task<absl::Status> start(Server& server) {
  absl::Status status = server.add(calc::CalcService::bind(std::make_shared<Averager>()));
  if (status.ok()) status = co_await server.start();
  co_return status;
}

bool measure_local(Rounds rounds) {
  Loop loop;
  const Channel channel(loop);
  Server server(channel, std::make_shared<WorkerPool>(1));
  if (!loop.run(start(server)).ok()) return false;
  const auto run = [&](int in_flight, double seconds) {
    return loop.run(measure(channel, RouteChoice::kLocal, in_flight, seconds, false));
  };
  run(1, rounds.seconds / 10);  // warms up
  for (const int in_flight : {1, 64, 512}) {
    std::vector<Found> found;
    for (int i = 0; i < rounds.count; ++i) found.push_back(run(in_flight, rounds.seconds));
    print_line("local", in_flight, std::move(found));
  }
  return loop.run(server.stop(std::chrono::seconds(5))).ok();
}

}  // namespace
}  // namespace fairlead::bench

int main(int argc, char** argv) {
  using namespace fairlead::bench;
  Rounds rounds;
  if (argc > 1) rounds.seconds = std::atof(argv[1]);
  if (argc > 2) rounds.count = std::atoi(argv[2]);
  const std::string_view only = argc > 3 ? argv[3] : "";
  const bool knows = only.empty() || only == "local" || only == "remote";
  if (rounds.seconds <= 0 || rounds.count <= 0 || !knows) {
    std::fprintf(stderr, "usage: bench_routes [SECONDS [ROUNDS [local|remote]]]\n");
    return 2;
  }
  print_head(rounds);
  if (only != "remote" && !measure_local(rounds)) return 1;
#ifdef FAIRLEAD_BENCH_DIRECT
  if (only != "local" && !measure_remote(rounds)) return 1;
#endif
  return 0;
}
