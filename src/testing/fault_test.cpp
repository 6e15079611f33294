#include "fairlead/testing/fault.hpp"

#include <gtest/gtest.h>

#include "testing/fault_state.hpp"

namespace fairlead::testing {
namespace {

using std::chrono::milliseconds;

FaultStep step(FaultStep::Kind kind) {
  FaultStep step;
  step.kind = kind;
  if (kind == FaultStep::Kind::kDelay) step.delay = milliseconds(50);
  if (kind == FaultStep::Kind::kFail) step.status = absl::NotFoundError("gone");
  return step;
}

class FaultTest : public ::testing::Test {
 protected:
  Fault add(const std::string& method, FaultStep::Kind kind) {
    faults_.push_back(std::make_shared<Fault::State>(method, step(kind)));
    return Fault(faults_.back());
  }
  Fault delay(const std::string& method) { return add(method, FaultStep::Kind::kDelay); }
  Fault drop(const std::string& method) { return add(method, FaultStep::Kind::kDrop); }
  Fault fail(const std::string& method) { return add(method, FaultStep::Kind::kFail); }

  // What befalls a call to `subject`.
  std::string call(const std::string& subject) {
    FaultPlan plan;
    for (const auto& fault : faults_) fault->befall(subject, random_, plan);
    return to_string(plan);
  }

 private:
  Random random_{1};
  std::vector<std::shared_ptr<Fault::State>> faults_;
};

TEST_F(FaultTest, IsForAMethodByItsNameWithOrWithoutItsService) {
  drop("Add");
  EXPECT_EQ(call("calc.Calc.Add"), "request: drop");
  EXPECT_EQ(call("staging.calc.Calc.Add"), "request: drop");
  EXPECT_EQ(call("calc.Calc.ReAdd"), "none");
  EXPECT_EQ(call("calc.Calc.Average"), "none");
  delay("calc.Calc.Average");
  EXPECT_EQ(call("calc.Calc.Average"), "request: delay 50ms");
  EXPECT_EQ(call("staging.calc.Calc.Average"), "request: delay 50ms");
  EXPECT_EQ(call("other.Calc.Average"), "none");
}

TEST_F(FaultTest, AllOfThemBefallACallUntilOneEndsIt) {
  delay("*");
  delay("Add");
  Fault failure = fail("Add");
  Fault behind = drop("*");
  EXPECT_EQ(call("calc.Calc.Add"), "request: delay 50ms, delay 50ms, NOT_FOUND: gone");
  EXPECT_EQ(behind.count(), 0);
  EXPECT_EQ(call("calc.Calc.Average"), "request: delay 50ms, drop");
  EXPECT_EQ(behind.count(), 1);
  EXPECT_EQ(failure.count(), 1);
}

TEST_F(FaultTest, TheReplyIsBefallenOnlyIfTheRequestGetsThrough) {
  fail("Add").after_handler();
  delay("Add").after_handler();
  delay("Add");
  EXPECT_EQ(call("calc.Calc.Add"), "request: delay 50ms; reply: NOT_FOUND: gone");
}

TEST_F(FaultTest, SomeCallsAreCounted) {
  Fault fault = drop("*").times(2);
  EXPECT_EQ(call("a.B.C"), "request: drop");
  fault.set_active(false);
  EXPECT_EQ(call("a.B.C"), "none");
  fault.set_active(true);
  EXPECT_EQ(call("a.B.C"), "request: drop");
  EXPECT_EQ(call("a.B.C"), "none");
  EXPECT_EQ(fault.count(), 2);
}

TEST_F(FaultTest, AProbabilityIsDrawn) {
  Fault never = drop("*").with_probability(0);
  Fault half = drop("*").with_probability(0.5);
  for (int i = 0; i < 1000; ++i) call("a.B.C");
  EXPECT_EQ(never.count(), 0);
  EXPECT_GT(half.count(), 400);
  EXPECT_LT(half.count(), 600);
}

}  // namespace
}  // namespace fairlead::testing
