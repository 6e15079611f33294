#include "tests/storm/callers.hpp"

#include <utility>

#include "fairlead/client_stream.hpp"
#include "fairlead/status.hpp"

#include "tests/storm/budget_check.hpp"

namespace fairlead::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using storm::Number;

/// A deadline ends a call at once; the rest is the machine's, and the wheel's.
constexpr seconds kDeadline(2);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr seconds kSlack(5);
#else
constexpr seconds kSlack(1);
#endif
/// Silence of the other side ends a stream after 15 s; before that it may have lasted for some.
constexpr seconds kStreamMayTake(30);
constexpr milliseconds kPause(10);
constexpr int kMessages = 50;

CallPolicy layers(bool hedges) {
  CallPolicy policy;
  policy.set_retry(RetryPolicy()).set_throttle(ThrottlePolicy()).set_breaker(BreakerPolicy());
  if (hedges) policy.set_hedge(HedgePolicy());
  return policy;
}

}  // namespace

struct Callers::Caller {
  Caller(const nats::Connection& connection, bool hedges)
      : client(connection, ClientOptions().set_policy(layers(hedges))) {}

  storm::StormClient client;
};

void Callers::start(const nats::Connection& connection, bool hedges) {
  const auto caller = std::make_shared<Caller>(connection, hedges);
  tasks_.spawn(ask(caller));
  tasks_.spawn(once(caller));
  tasks_.spawn(stream(caller));
}

Task<void> Callers::stop() {
  stopping_ = true;
  co_await tasks_.join();
}

Task<void> Callers::ask(std::shared_ptr<Caller> caller) {
  BudgetCheck budget;
  std::vector<FailedAttempt> attempts;
  const CallOptions options = CallOptions().set_failed_attempts(&attempts);
  Number request;
  while (!stopping_) {
    request.set_value(++asks_.begun);
    const Phase phase = phase_;
    const auto start = Deadline::Clock::now();
    budget.on_call(start);
    const auto reply = co_await caller->client.Ask(request, options);
    const auto now = Deadline::Clock::now();
    asks_.record(phase, reply.status(), now - start, kDeadline + kSlack);
    if (reply.ok() && reply->value() != request.value()) ++asks_.wrong;
    asks_.retries += attempts.size();
    for (std::size_t i = 0; i < attempts.size(); ++i) {
      if (!budget.on_retry(now)) ++asks_.over_budget;
    }
    co_await loop_.sleep(kPause);
  }
}

Task<void> Callers::once(std::shared_ptr<Caller> caller) {
  BudgetCheck budget;
  std::vector<FailedAttempt> attempts;
  const CallOptions options = CallOptions().set_failed_attempts(&attempts);
  Number request;
  while (!stopping_ && next_id_ < Shared::kIds) {
    ++onces_.begun;
    request.set_value(next_id_++);
    const Phase phase = phase_;
    const auto start = Deadline::Clock::now();
    budget.on_call(start);
    const auto reply = co_await caller->client.Once(request, options);
    const auto now = Deadline::Clock::now();
    onces_.record(phase, reply.status(), now - start, kDeadline + kSlack);
    if (reply.ok() && reply->value() != request.value()) ++onces_.wrong;
    const int runs = shared_.executed[request.value()];
    if (reply.ok() && runs == 0) ++unexecuted_;
    if (!reply.ok() && !may_have_executed(reply.status()) && runs > 0) ++in_secret_;
    onces_.retries += attempts.size();
    for (std::size_t i = 0; i < attempts.size(); ++i) {
      if (!budget.on_retry(now)) ++onces_.over_budget;
    }
    co_await loop_.sleep(kPause);
  }
}

std::uint64_t Callers::executed_twice() const {
  std::uint64_t twice = 0;
  for (std::uint64_t id = 0; id < next_id_; ++id) twice += shared_.executed[id] > 1 ? 1 : 0;
  return twice;
}

Task<void> Callers::stream(std::shared_ptr<Caller> caller) {
  while (!stopping_) {
    const std::uint64_t number = streams_.begun++;
    const Phase phase = phase_;
    const auto start = Deadline::Clock::now();
    absl::Status status;
    if (number % 3 == 0) {
      status = co_await count(*caller);
    } else if (number % 3 == 1) {
      status = co_await take(*caller);
    } else {
      status = co_await echo(*caller);
    }
    if (absl::IsFailedPrecondition(status)) ++streams_.wrong;
    streams_.record(phase, status, Deadline::Clock::now() - start, kStreamMayTake);
    co_await loop_.sleep(kPause);
  }
}

Task<absl::Status> Callers::count(const Caller& caller) {
  Number request;
  request.set_value(kMessages);
  auto reader = caller.client.Count(request);
  std::uint64_t expected = 1;
  bool in_order = true;
  while (auto number = co_await reader.read()) in_order = in_order && number->value() == expected++;
  absl::Status status = co_await reader.finish();
  if (status.ok() && (!in_order || expected != kMessages + 1)) {
    co_return absl::FailedPreconditionError("a stream ended well without all of its messages");
  }
  co_return status;
}

Task<absl::Status> Callers::take(const Caller& caller) {
  auto writer = caller.client.Take();
  Number number;
  for (int i = 0; i < kMessages; ++i) {
    number.set_value(static_cast<std::uint64_t>(i));
    const absl::Status written = co_await writer.write(number);
    if (!written.ok()) break;
    co_await loop_.sleep(milliseconds(5));
  }
  const auto total = co_await writer.finish();
  if (total.ok() && total->value() != kMessages) {
    co_return absl::FailedPreconditionError("a stream ended well without all of its messages");
  }
  co_return total.status();
}

Task<absl::Status> Callers::echo(const Caller& caller) {
  auto both = caller.client.Echo();
  Number number;
  for (std::uint64_t i = 1; i <= kMessages; ++i) {
    number.set_value(i);
    const absl::Status written = co_await both.write(number);
    if (!written.ok()) break;
    const auto back = co_await both.read();
    if (!back) break;
    if (back->value() != i) {
      both.cancel();
      co_return absl::FailedPreconditionError("a stream brought what was not sent");
    }
  }
  both.close_writing();
  const absl::Status status = co_await both.finish();
  co_return status;
}

}  // namespace fairlead::testing
