// Messages per second through a nats-server, one connection.
//
//   bench_nats_pubsub publish    from the first publish to the end of a flush; nobody subscribes
//   bench_nats_pubsub subscribe  what one subscriber receives; prints "ready" once subscribed
//   bench_nats_pubsub flood      publishes to such subscribers until the standard input ends
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <functional>
#include <string>
#include <thread>

#include <unistd.h>

#include "fairlead/nats/connection.hpp"

#include "bench/nats_program/options.hpp"

namespace fairlead::bench {
namespace {

using Clock = std::chrono::steady_clock;
using nats::Connection;
using nats::MessageView;

constexpr std::chrono::seconds kFlushTimeout(60);
// Between two looks at the clock: so many messages, or so many bytes of them.
constexpr std::uint64_t kClockEvery = 64;
constexpr std::size_t kClockBytes = 64 << 10;

/// Publishes to `subject` for as long as `more`, which is asked every few messages.
Task<absl::StatusOr<std::uint64_t>> publish(Connection connection, std::string subject,
                                            std::size_t size, std::function<bool()> more) {
  const std::string payload(size, 'x');
  const std::uint64_t burst = std::clamp<std::uint64_t>(kClockBytes / size, 1, kClockEvery);
  std::uint64_t count = 0;
  while (more()) {
    for (std::uint64_t i = 0; i < burst; ++i) {
      if (auto status = connection.publish(subject, payload); !status.ok()) co_return status;
      ++count;
    }
    const absl::Status writable = co_await connection.writable();
    if (!writable.ok()) co_return writable;
  }
  const absl::Status flushed = co_await connection.flush(kFlushTimeout);
  if (!flushed.ok()) co_return flushed;
  co_return count;
}

Task<absl::Status> measure_publishing(Connection connection, Options options) {
  const auto start = Clock::now();
  const auto end = start + options.duration;
  const std::function<bool()> more = [end] { return Clock::now() < end; };
  const auto count = co_await publish(connection, "bench.nobody", options.size, more);
  if (!count.ok()) co_return count.status();
  print_result(*count, Clock::now() - start);
  co_return absl::OkStatus();
}

Task<absl::Status> flood(Connection connection, Options options) {
  std::atomic<bool> ended = false;
  std::thread input([&ended] {
    char byte = 0;
    while (read(STDIN_FILENO, &byte, 1) > 0) continue;
    ended = true;
  });
  const std::function<bool()> more = [&ended] { return !ended.load(std::memory_order_relaxed); };
  const auto count = co_await publish(connection, "bench.flood", options.size, more);
  input.join();
  co_return count.status();
}

/// Counts messages, first for a tenth of the time to warm up, then for all of it.
class Meter {
 public:
  explicit Meter(std::chrono::nanoseconds duration) : duration_(duration) {}

  /// True when all has been measured, and printed.
  bool on_message() {
    if (++count_ % kClockEvery != 1) return false;
    const auto now = Clock::now();
    if (count_ == 1) measure_from_ = now + duration_ / 10;
    if (now < measure_from_) {
      first_ = count_;
      start_ = now;
    } else if (now >= start_ + duration_) {
      print_result(count_ - first_, now - start_);
      return true;
    }
    return false;
  }

 private:
  std::chrono::nanoseconds duration_;
  std::uint64_t count_ = 0;
  std::uint64_t first_ = 0;
  Clock::time_point measure_from_;
  Clock::time_point start_;
};

Task<absl::Status> measure_subscribing(Connection connection, Options options) {
  Meter meter(options.duration);
  bool wrong = false;
  const std::function<void(const MessageView&)> count = [&](const MessageView& message) {
    wrong |= message.payload.size() != options.size;
    if (meter.on_message()) connection.close();
  };
  const auto subscription = connection.subscribe("bench.flood", nats::SubscribeOptions(), count);
  if (!subscription.ok()) co_return subscription.status();
  const absl::Status flushed = co_await connection.flush(kFlushTimeout);
  if (!flushed.ok()) co_return flushed;
  say_ready();
  const absl::Status closed = co_await connection.closed();
  if (wrong) co_return absl::InternalError("a message has another size than was published");
  co_return closed;
}

Task<absl::Status> run(Loop& loop, Options options) {
  auto connection = co_await Connection::connect(loop, connect_options(options));
  if (!connection.ok()) co_return connection.status();
  absl::Status status = absl::InvalidArgumentError("the modes are publish, subscribe and flood");
  if (options.mode == "publish") {
    status = co_await measure_publishing(*connection, options);
  } else if (options.mode == "subscribe") {
    status = co_await measure_subscribing(*connection, options);
  } else if (options.mode == "flood") {
    status = co_await flood(*connection, options);
  }
  connection->close();
  co_return status;
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
