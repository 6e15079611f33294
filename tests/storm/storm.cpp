// Fifty clients, three instances of which one at a time is killed, stopped or slowed at random, and
// what must hold all the same:
//   storm [--seconds 120] [--seed N]
// No call hangs, none that may not run twice does, retries stay within their budget, every stream
// ends on both sides, and five seconds after the last fault nothing fails any more. Ends with 1 if
// something did not hold.
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "fairlead/testing/nats_server.hpp"

#include "core/strings.hpp"
#include "tests/storm/callers.hpp"
#include "tests/storm/faults.hpp"
#include "tests/storm/instance.hpp"

namespace fairlead::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Sanitizers make everything several times slower.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kClients = 10;
#else
constexpr int kClients = 50;
#endif
constexpr seconds kRecovery(5);
/// Silence is noticed after 15 s.
constexpr seconds kStreamsEnd(25);

class Storm {
 public:
  Storm(std::uint64_t seed, seconds duration)
      : seed_(seed), duration_(duration), callers_(loop_, *shared_) {}

  /// Whether all held.
  Task<bool> run();
  Loop& loop() { return loop_; }

 private:
  Task<bool> connect();
  Task<bool> streams_ended(const Faults& faults);
  void check(bool good, const std::string& what);
  void check_all(const Tally& tally, const char* what);
  static void print(const Tally& tally, const char* what);

  std::uint64_t seed_;
  seconds duration_;
  bool good_ = true;
  NatsServer server_;
  SharedFile shared_;
  Loop loop_;
  std::vector<nats::Connection> connections_;
  Callers callers_;
};

void Storm::check(bool good, const std::string& what) {
  std::printf("%s %s\n", good ? "good:" : "BAD: ", what.c_str());
  good_ = good_ && good;
}

void Storm::print(const Tally& tally, const char* what) {
  std::printf("%-8s %9lu %9lu %9lu %9lu %8ld ms", what, tally.begun, tally.ok,
              tally.ended - tally.ok, tally.retries,
              static_cast<long>(std::chrono::duration_cast<milliseconds>(tally.longest).count()));
  for (const auto& [code, count] : tally.failures) std::printf("  %s %lu", code.c_str(), count);
  std::printf("\n");
}

void Storm::check_all(const Tally& tally, const char* what) {
  check(tally.ended == tally.begun, concat(what, ": all that began has ended"));
  check(tally.overdue == 0, concat(what, ": ", tally.overdue, " took longer than they may"));
  check(tally.wrong == 0, concat(what, ": ", tally.wrong, " had a wrong result"));
  check(tally.over_budget == 0, concat(what, ": ", tally.over_budget, " retries over the budget"));
  check(tally.failed_in_calm == 0, concat(what, ": ", tally.failed_in_calm, " failed in the calm ",
                                          tally.first_in_calm.ToString()));
  check(tally.ok > tally.begun / 2, concat(what, ": most went well"));
}

Task<bool> Storm::connect() {
  for (int i = 0; i < kClients; ++i) {
    auto connection =
        co_await nats::Connection::connect(loop_, nats::ConnectOptions(server_.url()));
    if (!connection.ok()) co_return false;
    connections_.push_back(*connection);
  }
  co_return true;
}

Task<bool> Storm::streams_ended(const Faults& faults) {
  const Deadline end = Deadline::after(kStreamsEnd);
  while (faults.open_streams() > 0) {
    if (end.passed()) co_return false;
    co_await loop_.sleep(milliseconds(10));
  }
  co_return true;
}

Task<bool> Storm::run() {
  std::printf("nats-server %s, seed %lu, %ld s\n", NatsServer::version().c_str(), seed_,
              static_cast<long>(duration_.count()));
  Faults faults(loop_, server_.url(), shared_, seed_);
  const bool started = co_await faults.start();
  const bool connected = co_await connect();
  check(started && connected, "instances and clients have begun");
  if (!good_) co_return false;
  for (std::size_t i = 0; i < connections_.size(); ++i) callers_.start(connections_[i], i % 2 == 0);

  co_await faults.rage(Deadline::after(duration_));
  co_await loop_.sleep(kRecovery);
  callers_.set_phase(Phase::kCalm);
  co_await loop_.sleep(std::max(duration_ / 10, seconds(2)));
  co_await callers_.stop();
  const bool ended = co_await streams_ended(faults);

  for (const auto& [what, count] : faults.done()) std::printf("%s %d times\n", what.c_str(), count);
  std::printf("\n%-8s %9s %9s %9s %9s %11s\n", "", "begun", "ok", "failed", "retries", "longest");
  print(callers_.asks(), "Ask");
  print(callers_.onces(), "Once");
  print(callers_.streams(), "streams");
  for (const Tally* tally : {&callers_.asks(), &callers_.onces(), &callers_.streams()}) {
    for (const auto& [code, text] : tally->examples) {
      std::printf("  %s: %s\n", code.c_str(), text.c_str());
    }
  }
  std::printf("\n");
  check_all(callers_.asks(), "Ask");
  check_all(callers_.onces(), "Once");
  check_all(callers_.streams(), "streams");
  check(callers_.executed_twice() == 0, concat("Once: ", callers_.executed_twice(), " ran twice"));
  check(callers_.executed_in_secret() == 0,
        concat("Once: ", callers_.executed_in_secret(), " ran and were said not to have"));
  check(callers_.answered_without_execution() == 0,
        concat("Once: ", callers_.answered_without_execution(), " were answered and did not run"));
  check(ended, concat("streams: ", faults.open_streams(), " have no end in the instances"));
  for (nats::Connection& connection : connections_) connection.close();
  co_return good_;
}

}  // namespace
}  // namespace fairlead::testing

int main(int count, char** values) {
  if (count == 6 && std::string(values[1]) == "--instance") {
    return fairlead::testing::run_instance(values[2], values[3], std::stoul(values[4]),
                                           std::stoul(values[5]));
  }
  std::uint64_t seed = std::random_device()();
  std::uint64_t duration = 120;
  for (int i = 1; i < count; i += 2) {
    const std::string name = values[i];
    if (i + 1 == count || (name != "--seconds" && name != "--seed")) {
      std::fprintf(stderr, "storm: expected [--seconds N] [--seed N], got %s\n", values[i]);
      return 2;
    }
    (name == "--seed" ? seed : duration) = std::stoul(values[i + 1]);
  }
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  fairlead::testing::Storm storm(seed, std::chrono::seconds(duration));
  return storm.loop().run(storm.run()) ? 0 : 1;
}
