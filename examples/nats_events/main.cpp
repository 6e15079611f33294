// What a program sees of a NATS server that goes and comes back: publishes a tick each second and
// prints what happens to the connection. Stop and start the server meanwhile.
//
//   nats_events_example [NATS_URL [TICKS]]
#include <cstdio>
#include <cstdlib>
#include <string>

#include "fairlead/nats/connection.hpp"
#include "fairlead/task_scope.hpp"

namespace {

using fairlead::Task;
using fairlead::nats::Connection;
using fairlead::nats::ConnectOptions;
using fairlead::nats::Event;
using fairlead::nats::EventStream;
using fairlead::nats::Subscription;

Task<void> print_events(EventStream events) {
  while (true) {
    const absl::StatusOr<Event> event = co_await events.next();
    if (!event.ok()) co_return;  // after the last one
    std::printf("%s\n", to_string(*event).c_str());
    std::fflush(stdout);
  }
}

// Subscriptions outlive the loss: nothing needs to be done here.
Task<void> print_ticks(Subscription ticks) {
  while (true) {
    const auto tick = co_await ticks.next();
    if (!tick.ok()) co_return;
    std::printf("tick %s\n", tick->payload.c_str());
    std::fflush(stdout);
  }
}

Task<absl::Status> run(fairlead::Loop& loop, std::string url, int count) {
  ConnectOptions options(url);
  options.set_max_reconnects(-1).set_connect_retry(std::chrono::seconds(30));
  auto connection = co_await Connection::connect(loop, options);
  if (!connection.ok()) co_return connection.status();
  auto ticks = connection->subscribe("ticks");
  if (!ticks.ok()) co_return ticks.status();
  fairlead::TaskScope scope(loop);
  scope.spawn(print_events(connection->events()));
  scope.spawn(print_ticks(*ticks));
  for (int i = 1; i <= count; ++i) {
    // While there is no connection the ticks are kept, and come all at once afterwards.
    connection->publish("ticks", std::to_string(i)).IgnoreError();
    co_await loop.sleep(std::chrono::seconds(i < count ? 1 : 0));
  }
  const absl::Status status = co_await connection->drain(std::chrono::seconds(5));
  co_await scope.join();
  co_return status;
}

}  // namespace

int main(int argc, char** argv) {
  fairlead::Loop loop;
  const std::string url = argc > 1 ? argv[1] : "nats://127.0.0.1:4222";
  const absl::Status status = loop.run(run(loop, url, argc > 2 ? std::atoi(argv[2]) : 60));
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return 1;
}
