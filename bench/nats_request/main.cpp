// Requests per second through a nats-server, one connection on each side.
//
//   bench_nats_request respond  answers with what it gets; prints "ready" once subscribed, ends
//   with
//                               the standard input
//   bench_nats_request request  keeps so many requests in flight, each by a coroutine
#include <cstdio>
#include <string>
#include <thread>

#include <unistd.h>

#include "fairlead/nats/connection.hpp"
#include "fairlead/task_scope.hpp"

#include "bench/nats_program/options.hpp"

namespace fairlead::bench {
namespace {

using Clock = std::chrono::steady_clock;
using nats::Connection;
using nats::MessageView;

constexpr std::chrono::seconds kTimeout(5);
constexpr const char* kSubject = "bench.request";

Task<absl::Status> respond(Connection connection) {
  absl::Status status;
  const std::function<void(const MessageView&)> answer = [&](const MessageView& request) {
    const absl::Status sent =
        connection.publish(request.reply, request.payload, nats::Headers(), {});
    if (!sent.ok()) status = sent;
  };
  const auto queue = nats::SubscribeOptions().set_queue_group("q");
  const auto subscription = connection.subscribe(kSubject, queue, answer);
  if (!subscription.ok()) co_return subscription.status();
  const absl::Status flushed = co_await connection.flush(kTimeout);
  if (!flushed.ok()) co_return flushed;
  say_ready();
  Loop& loop = connection.loop();
  std::thread input([&loop, connection]() mutable {
    char byte = 0;
    while (read(STDIN_FILENO, &byte, 1) > 0) continue;
    loop.post([connection]() mutable { connection.close(); });
  });
  const absl::Status closed = co_await connection.closed();
  input.join();
  if (!closed.ok()) co_return closed;
  co_return status;
}

struct Count {
  Clock::time_point measure_from;
  Clock::time_point end;
  std::uint64_t replies = 0;
  absl::Status failure;
};

Task<void> request_again_and_again(Connection connection, std::size_t size, Count& count) {
  const std::string payload(size, 'x');
  const std::string subject = kSubject;
  while (count.failure.ok()) {
    const auto reply = co_await connection.request(subject, payload, kTimeout);
    if (!reply.ok()) {
      count.failure = reply.status();
    } else if (reply->payload.size() != size) {
      count.failure = absl::InternalError("a reply has another size than its request");
    }
    const auto now = Clock::now();
    if (now >= count.end) co_return;
    if (now >= count.measure_from) ++count.replies;
  }
}

Task<absl::Status> request(Connection connection, Options options) {
  Count count;
  count.measure_from = Clock::now() + options.duration / 10;
  count.end = count.measure_from + options.duration;
  TaskScope scope(connection.loop());
  for (int i = 0; i < options.in_flight; ++i) {
    scope.spawn(request_again_and_again(connection, options.size, count));
  }
  co_await scope.join();
  if (count.failure.ok()) print_result(count.replies, options.duration);
  co_return count.failure;
}

Task<absl::Status> run(Loop& loop, Options options) {
  auto connection = co_await Connection::connect(loop, connect_options(options));
  if (!connection.ok()) co_return connection.status();
  absl::Status status = absl::InvalidArgumentError("the modes are respond and request");
  if (options.mode == "respond") {
    status = co_await respond(*connection);
  } else if (options.mode == "request") {
    status = co_await request(*connection, options);
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
