// A cluster, services and callers, and random faults for as long as one likes:
//   soak [--seconds 20] [--seed N]
// Every call is counted. Ends with 1 if one was lost, answered wrongly or executed twice, if a
// connection did not come back, or if memory grew.
#include <cstdio>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include <unistd.h>

#include "core/strings.hpp"
#include "tests/fault/chaos.hpp"
#include "tests/fault/load.hpp"
#include "tests/fault/steps.hpp"

namespace fairlead::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kServices = 3;
constexpr int kCallersEach = 8;
/// What the tally of calls, at a bit each, and the allocator may take; sanitizers keep what is
/// freed.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t kMemoryMayGrow = 512 << 20;
#else
constexpr std::size_t kMemoryMayGrow = 24 << 20;
#endif

std::size_t resident_bytes() {
  std::size_t total = 0;
  std::size_t resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

class Soak {
 public:
  Soak(std::uint64_t seed, seconds duration) : seed_(seed), duration_(duration) {}

  /// Whether all went well.
  Task<bool> run();
  Loop& loop() { return loop_; }

 private:
  Task<void> connect(const std::string& direct, const std::string& network);
  Task<void> count_events(nats::EventStream events);
  Task<bool> all_came_back();
  void check(bool good, const std::string& what);

  std::uint64_t seed_;
  seconds duration_;
  bool good_ = true;
  std::map<std::string, int> events_;
  std::vector<nats::Connection> connections_;
  Loop loop_;
};

void Soak::check(bool good, const std::string& what) {
  std::printf("%s %s\n", good ? "good:" : "BAD: ", what.c_str());
  good_ = good_ && good;
}

Task<void> Soak::count_events(nats::EventStream events) {
  while (true) {
    auto event = co_await events.next();
    if (!event.ok()) co_return;
    ++events_[std::string(nats::event_name(event->kind()))];
  }
}

Task<void> Soak::connect(const std::string& direct, const std::string& network) {
  for (int i = 0; i < kServices + 3; ++i) {
    // The last two are callers behind the bad network.
    const bool behind = i > kServices;
    nats::ConnectOptions options = impatient(behind ? network : direct);
    options.set_ping_interval(milliseconds(200)).set_connect_timeout(milliseconds(500));
    if (behind) options.set_discover_servers(false);
    nats::Connection connection = co_await testing::connect(loop_, options);
    connections_.push_back(connection);
  }
}

Task<bool> Soak::all_came_back() {
  const std::function<bool()> open = [&] {
    for (const nats::Connection& connection : connections_) {
      if (!connection.is_open()) return false;
    }
    return true;
  };
  const bool all = co_await until(loop_, open);
  co_return all;
}

Task<bool> Soak::run() {
  NatsCluster cluster("lame_duck_duration: 30s, lame_duck_grace_period: 300ms");
  std::printf("nats-server %s, seed %lu, %ld s\n", NatsServer::version().c_str(), seed_,
              static_cast<long>(duration_.count()));
  Chaos chaos(cluster, seed_);
  co_await connect(cluster.url(), chaos.network_url());
  TaskScope watchers(loop_);
  Load load(loop_);
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    watchers.spawn(count_events(connections_[i].events()));
    if (i < kServices) {
      load.serve(connections_[i]);
    } else {
      load.start(connections_[i], kCallersEach, seconds(2));
    }
  }
  // The heap has its size once all that happens has happened a few times.
  const seconds warm_up = std::min(duration_ / 4, seconds(30));
  co_await loop_.sleep(warm_up);
  const std::size_t before = resident_bytes();
  co_await loop_.sleep(duration_ - warm_up);
  std::map<std::string, int> faults;
  const std::function<void()> stop = [&] { faults = chaos.stop(); };
  co_await aside(loop_, stop);
  co_await load.stop();
  const std::size_t after = resident_bytes();

  for (const auto& [what, count] : faults) std::printf("fault: %s %d\n", what.c_str(), count);
  for (const auto& [what, count] : events_) std::printf("event: %s %d\n", what.c_str(), count);
  const Tally& tally = load.tally();
  check(tally.sent == tally.answered + tally.failed, to_string(tally));
  check(tally.answered > tally.failed, "most calls were answered");
  check(tally.wrong_answers == 0, "no call got the answer to another");
  check(tally.executed_twice == 0, "no call was executed twice");
  check(tally.executed_in_secret == 0, "no call said not to have been executed was");
  check(after < before + kMemoryMayGrow,
        concat("memory: ", before >> 10, " KiB at first, ", after >> 10, " KiB at last"));
  const bool back = co_await all_came_back();
  check(back, "every connection stands");
  const std::uint64_t answered = tally.answered;
  load.start(connections_.back(), 1, seconds(2));
  const bool works = co_await load.answers(100);
  co_await load.stop();
  check(works && tally.answered >= answered + 100, "calls are answered again");
  for (nats::Connection& connection : connections_) connection.close();
  co_await watchers.join();
  co_return good_;
}

}  // namespace
}  // namespace fairlead::testing

int main(int count, char** values) {
  std::uint64_t seed = std::random_device()();
  std::uint64_t duration = 20;
  for (int i = 1; i < count; i += 2) {
    const std::string name = values[i];
    if (i + 1 == count || (name != "--seconds" && name != "--seed")) {
      std::fprintf(stderr, "soak: expected [--seconds N] [--seed N], got %s\n", values[i]);
      return 2;
    }
    (name == "--seed" ? seed : duration) = std::stoul(values[i + 1]);
  }
  // What it does is seen while it does it, also in a file.
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  fairlead::testing::Soak soak(seed, std::chrono::seconds(duration));
  return soak.loop().run(soak.run()) ? 0 : 1;
}
