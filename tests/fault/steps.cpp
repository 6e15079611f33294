#include "tests/fault/steps.hpp"

#include <atomic>
#include <exception>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

namespace fairlead::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kPatience{20};

}  // namespace

Task<void> aside(Loop& loop, const std::function<void()>& work) {
  std::atomic<bool> done = false;
  std::exception_ptr error;
  std::thread thread([&] {
    try {
      work();
    } catch (...) {
      error = std::current_exception();
    }
    done = true;
  });
  while (!done) co_await loop.sleep(milliseconds(1));
  thread.join();
  if (error) std::rethrow_exception(error);
}

Task<bool> until(Loop& loop, const std::function<bool()>& condition) {
  const Deadline end = Deadline::after(kPatience);
  while (!condition()) {
    if (end.passed()) co_return false;
    co_await loop.sleep(milliseconds(1));
  }
  co_return true;
}

Task<absl::StatusOr<nats::Event>> next_event(nats::EventStream events, nats::EventKind kind) {
  const Deadline end = Deadline::after(kPatience);
  while (true) {
    auto event = co_await events.next(end);
    if (!event.ok() || event->kind() == kind) co_return event;
  }
}

nats::ConnectOptions impatient(std::string url) {
  return nats::ConnectOptions(std::move(url))
      .set_max_reconnects(-1)
      .set_reconnect_wait(milliseconds(20), milliseconds(10), milliseconds(10));
}

Task<nats::Connection> connect(Loop& loop, nats::ConnectOptions options) {
  auto connection = co_await nats::Connection::connect(loop, std::move(options));
  if (!connection.ok()) throw std::runtime_error(connection.status().ToString());
  co_return *connection;
}

Task<void> expect_working(nats::Connection connection) {
  const auto answer = [connection](const nats::MessageView& request) {
    EXPECT_TRUE(nats::Connection(connection).publish(request.reply, request.payload).ok());
  };
  auto service = connection.subscribe("still.there", nats::SubscribeOptions(), answer);
  EXPECT_TRUE(service.ok()) << service.status();
  auto reply = co_await connection.request("still.there", "yes", seconds(10));
  EXPECT_TRUE(reply.ok()) << reply.status();
  if (service.ok()) service->unsubscribe();
}

}  // namespace fairlead::testing
