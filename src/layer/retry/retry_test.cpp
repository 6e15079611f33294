#include "layer/retry/retry.hpp"

#include <gtest/gtest.h>

#include "core/strings.hpp"
#include "rpc/refusal.hpp"
#include "rpc/status_wire.hpp"

namespace fairlead::layer {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Deadline::TimePoint kStart{seconds(1000)};

absl::Status nobody_is_up() {
  absl::Status status = absl::UnavailableError("no instance is up");
  rpc::mark_never_ran(status);
  return status;
}

absl::Status lost() {
  return absl::UnavailableError("the connection was lost; the request may have been executed");
}

// As it arrives from the wire.
absl::Status remote(absl::Status status, std::optional<milliseconds> pushback = std::nullopt) {
  if (pushback) rpc::set_retry_pushback(status, *pushback);
  wire::HeaderWriter headers;
  rpc::write_status(status, headers);
  return rpc::read_status(headers.finish());
}

/// The attempts of one call, as a transcript.
class RetryTest : public ::testing::Test {
 protected:
  void start(bool idempotent, Deadline deadline = Deadline::at(kStart + seconds(5)),
             int attempts = 0) {
    budget_.emplace(policy_);
    budget_->on_call(kStart);
    retry_.emplace(policy_, *budget_, random_, idempotent, attempts, deadline);
    now_ = kStart;
  }

  // A failure now; the wait is over when the next one comes.
  std::string fail(const absl::Status& status) {
    const RetryStep step = retry_->on_failure(status, now_);
    now_ += step.wait;
    return to_string(step);
  }

  RetryPolicy policy_;
  Random random_{7};
  std::optional<RetryBudget> budget_;
  std::optional<Retry> retry_;
  Deadline::TimePoint now_ = kStart;
};

TEST_F(RetryTest, ACallThatReachedNobodyIsRepeatedWhateverItDoes) {
  start(false);
  EXPECT_EQ(fail(nobody_is_up()), "again after 70ms");
  EXPECT_EQ(fail(nobody_is_up()), "again after 55ms");
  EXPECT_EQ(fail(nobody_is_up()), "ends: attempt 3 of 3");
}

TEST_F(RetryTest, ACallThatMayHaveRunIsRepeatedOnlyIfThatDoesNoHarm) {
  start(false);
  EXPECT_EQ(fail(lost()), "ends");
  EXPECT_EQ(fail(remote(absl::UnavailableError("stopping"))), "ends");
  start(true);
  EXPECT_TRUE(fail(lost()).starts_with("again"));
  EXPECT_TRUE(fail(remote(absl::UnavailableError("stopping"))).starts_with("again"));
}

TEST_F(RetryTest, APushbackIsObeyedAndSpreadByAQuarter) {
  for (int i = 0; i < 100; ++i) {
    start(false);
    const RetryStep step =
        retry_->on_failure(remote(absl::ResourceExhaustedError("busy"), milliseconds(200)), now_);
    ASSERT_TRUE(step.repeats);
    EXPECT_GE(step.wait, milliseconds(200));
    EXPECT_LE(step.wait, milliseconds(250));
  }
}

TEST_F(RetryTest, ANegativePushbackMeansNever) {
  start(true);
  EXPECT_EQ(fail(remote(absl::UnavailableError("go away"), milliseconds(-1))), "ends");
  EXPECT_EQ(fail(rpc::refused_here("the breaker is open")), "ends");
}

TEST_F(RetryTest, OtherFailuresAreAnswers) {
  start(true);
  EXPECT_EQ(fail(remote(absl::NotFoundError("no such user"))), "ends");
  EXPECT_EQ(fail(remote(absl::InternalError("broken"))), "ends");
  EXPECT_EQ(fail(absl::DeadlineExceededError("no reply")), "ends");
  EXPECT_EQ(fail(absl::ResourceExhaustedError("the message is too large")), "ends");
  EXPECT_EQ(fail(remote(absl::ResourceExhaustedError("quota"))), "ends");
}

TEST_F(RetryTest, TheWaitIsDrawnFromABoundThatDoublesUpToTheCap) {
  policy_.set_attempts(5).set_max_backoff(milliseconds(300));
  Deadline::Duration longest[4] = {};
  Deadline::Duration shortest[4];
  for (auto& time : shortest) time = seconds(9);
  for (int call = 0; call < 2000; ++call) {
    start(false);
    for (int i = 0; i < 4; ++i) {
      const RetryStep step = retry_->on_failure(nobody_is_up(), now_);
      ASSERT_TRUE(step.repeats);
      longest[i] = std::max(longest[i], step.wait);
      shortest[i] = std::min(shortest[i], step.wait);
    }
  }
  const milliseconds bounds[] = {milliseconds(100), milliseconds(200), milliseconds(300),
                                 milliseconds(300)};
  for (int i = 0; i < 4; ++i) {
    EXPECT_LT(longest[i], bounds[i]);
    EXPECT_GT(longest[i], bounds[i] * 0.95);
    EXPECT_LT(shortest[i], bounds[i] * 0.05);
  }
}

TEST_F(RetryTest, NothingIsRepeatedPastTheDeadline) {
  start(false, Deadline::at(kStart + milliseconds(20)));
  EXPECT_EQ(fail(nobody_is_up()), "ends: attempt 1; the deadline leaves no time for another");
}

TEST_F(RetryTest, TheCallerMayAllowMoreOrFewerAttempts) {
  start(false, Deadline::never(), 1);
  EXPECT_EQ(fail(nobody_is_up()), "ends");
  start(false, Deadline::never(), 2);
  EXPECT_TRUE(fail(nobody_is_up()).starts_with("again"));
  EXPECT_EQ(retry_->attempt(), 2);
  EXPECT_EQ(fail(nobody_is_up()), "ends: attempt 2 of 2");
}

TEST_F(RetryTest, ABudgetThatIsUsedUpEndsIt) {
  policy_.set_budget_per_second(0).set_budget_ratio(0.2);
  start(false);
  EXPECT_EQ(fail(nobody_is_up()), "ends: attempt 1; the retry budget of the method is used up");
}

TEST(RetryBudget, IsAShareOfTheCallsOfTenSecondsAndSomeBesides) {
  RetryBudget budget{RetryPolicy()};
  const auto take_all = [&](Deadline::TimePoint now) {
    int taken = 0;
    while (budget.take(now)) ++taken;
    return taken;
  };
  EXPECT_EQ(take_all(kStart), 100);
  EXPECT_EQ(take_all(kStart), 0);
  for (int i = 0; i < 1000; ++i) budget.on_call(kStart + seconds(5));
  EXPECT_EQ(take_all(kStart + seconds(5)), 200);
  EXPECT_EQ(take_all(kStart + seconds(11)), 100);
  EXPECT_EQ(take_all(kStart + seconds(60)), 100);
}

}  // namespace
}  // namespace fairlead::layer
