#include "tests/fault/load.hpp"

#include <charconv>
#include <exception>

#include <gtest/gtest.h>

#include "core/strings.hpp"
#include "tests/fault/steps.hpp"

namespace fairlead::testing {
namespace {

using std::chrono::milliseconds;

constexpr char kSubject[] = "echo";

}  // namespace

std::string to_string(const Tally& tally) {
  std::string text =
      concat(tally.sent, " sent, ", tally.answered, " answered, ", tally.failed, " failed");
  for (const auto& [code, count] : tally.codes) {
    text += concat(", ", absl::StatusCodeToString(code), " ", count);
  }
  return concat(text, "; perhaps executed ", tally.perhaps_executed, ", wrong ",
                tally.wrong_answers, ", twice ", tally.executed_twice, ", in secret ",
                tally.executed_in_secret);
}

void Load::serve(nats::Connection connection) {
  const auto answer = [this, connection](const nats::MessageView& request) {
    std::uint64_t id = 0;
    std::from_chars(request.payload.data(), request.payload.data() + request.payload.size(), id);
    if (id >= executed_.size()) std::terminate();
    if (executed_[id]) ++tally_.executed_twice;
    executed_[id] = true;
    // A connection that is lost cannot answer; the caller is told by its own.
    nats::Connection(connection).publish(request.reply, request.payload).IgnoreError();
  };
  const auto subscription =
      connection.subscribe(kSubject, nats::SubscribeOptions().set_queue_group("q"), answer);
  if (!subscription.ok()) std::terminate();
}

Task<bool> Load::is_served(nats::Connection connection) {
  const Deadline end = Deadline::after(std::chrono::seconds(10));
  const std::string id = std::to_string(executed_.size());
  executed_.push_back(false);
  absl::Status outcome = absl::UnavailableError("nobody has been asked yet");
  // One that may have been executed is not asked again.
  while (absl::IsUnavailable(outcome) && !nats::may_have_executed(outcome) && !end.passed()) {
    const auto reply = co_await connection.request(kSubject, id, end.remaining());
    outcome = reply.status();
  }
  EXPECT_TRUE(outcome.ok()) << outcome;
  co_return outcome.ok();
}

void Load::start(nats::Connection connection, int count, milliseconds timeout) {
  for (int i = 0; i < count; ++i) callers_.spawn(call(connection, timeout));
}

Task<void> Load::call(nats::Connection connection, milliseconds timeout) {
  while (!stopping_ && !connection.is_closed()) {
    ++tally_.sent;
    const std::uint64_t id = executed_.size();
    executed_.push_back(false);
    auto reply = co_await connection.request(kSubject, std::to_string(id), timeout);
    count(id, reply);
  }
}

void Load::count(std::uint64_t id, const absl::StatusOr<nats::Message>& reply) {
  if (reply.ok()) {
    ++tally_.answered;
    if (reply->payload != std::to_string(id)) ++tally_.wrong_answers;
    return;
  }
  ++tally_.failed;
  ++tally_.codes[reply.status().code()];
  if (nats::may_have_executed(reply.status())) {
    ++tally_.perhaps_executed;
  } else if (executed_[id]) {
    ++tally_.executed_in_secret;
  }
}

Task<bool> Load::answers(std::uint64_t count) {
  const std::uint64_t goal = tally_.answered + count;
  const std::function<bool()> reached = [&] { return tally_.answered >= goal; };
  const bool result = co_await until(loop_, reached);
  co_return result;
}

Task<void> Load::stop() {
  stopping_ = true;
  co_await callers_.join();
  stopping_ = false;
}

void Load::expect_consistent(bool timeouts_allowed) const {
  EXPECT_EQ(tally_.sent, tally_.answered + tally_.failed) << to_string(tally_);
  EXPECT_EQ(tally_.wrong_answers, 0u) << to_string(tally_);
  EXPECT_EQ(tally_.executed_twice, 0u) << to_string(tally_);
  EXPECT_EQ(tally_.executed_in_secret, 0u) << to_string(tally_);
  if (timeouts_allowed) return;
  EXPECT_EQ(tally_.codes.count(absl::StatusCode::kDeadlineExceeded), 0u) << to_string(tally_);
}

}  // namespace fairlead::testing
