#include "rpc/admission.hpp"

#include <string>

#include <gtest/gtest.h>

namespace fairlead::rpc {
namespace {

std::string arrive(AdmissionGate& gate) {
  switch (gate.arrive()) {
    case Admission::kRun:
      return "run";
    case Admission::kWait:
      return "wait";
    case Admission::kReject:
      return "reject";
  }
  return "";
}

TEST(Admission, RunsThenWaitsThenRejects) {
  AdmissionGate gate(2, 1);
  EXPECT_EQ(arrive(gate), "run");
  EXPECT_EQ(arrive(gate), "run");
  EXPECT_EQ(arrive(gate), "wait");
  EXPECT_EQ(arrive(gate), "reject");
  EXPECT_TRUE(gate.finish());
  EXPECT_EQ(gate.running(), 2u);
  EXPECT_EQ(gate.waiting(), 0u);
  EXPECT_EQ(arrive(gate), "wait");
  EXPECT_TRUE(gate.finish());
  EXPECT_FALSE(gate.finish());
  EXPECT_FALSE(gate.finish());
  EXPECT_EQ(gate.running(), 0u);
}

TEST(Admission, AHigherLimitLetsThoseThatWaitRun) {
  AdmissionGate gate(1, 10);
  for (int i = 0; i < 4; ++i) gate.arrive();
  EXPECT_FALSE(gate.promote());
  gate.set_limit(3);
  EXPECT_TRUE(gate.promote());
  EXPECT_TRUE(gate.promote());
  EXPECT_FALSE(gate.promote());
  EXPECT_EQ(gate.running(), 3u);
  EXPECT_EQ(gate.waiting(), 1u);
}

TEST(Admission, ALowerLimitIsReachedAsCallsEnd) {
  AdmissionGate gate(3, 10);
  for (int i = 0; i < 5; ++i) gate.arrive();
  gate.set_limit(1);
  EXPECT_FALSE(gate.finish());
  EXPECT_FALSE(gate.finish());
  EXPECT_EQ(gate.running(), 1u);
  EXPECT_EQ(gate.waiting(), 2u);
  EXPECT_TRUE(gate.finish());
  EXPECT_TRUE(gate.finish());
  EXPECT_FALSE(gate.finish());
  EXPECT_EQ(gate.running(), 0u);
}

TEST(Admission, TenCallsAtALimitOfTwoAllRun) {
  AdmissionGate gate(2, 1024);
  int answered = 0;
  for (int i = 0; i < 10; ++i) EXPECT_NE(arrive(gate), "reject");
  while (gate.running() > 0) {
    gate.finish();
    ++answered;
  }
  EXPECT_EQ(answered, 10);
}

}  // namespace
}  // namespace fairlead::rpc
