// How a service is tested: it runs within the test, and a client calls it. No server is needed.
#include "calc.hpp"

#include <gtest/gtest.h>

#include "fairlead/testing/host.hpp"

#include "calc.fairlead.hpp"

namespace {

class CalcTest : public ::testing::Test {
 protected:
  fairlead::testing::Host host_{calc::CalcService::bind(std::make_shared<Calc>())};
  calc::CalcBlockingClient client_{host_.channel()};
};

TEST_F(CalcTest, TheAverageOfNothingIsZero) {
  const auto reply = client_.Average(calc::AverageRequest());
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->result(), 0);
}

TEST_F(CalcTest, Average) {
  calc::AverageRequest request;
  for (const float value : {1.0f, 2.0f, 6.0f}) request.add_values(value);
  EXPECT_EQ(client_.Average(request)->result(), 3);
}

TEST_F(CalcTest, WhatIsNoExpressionIsAnError) {
  calc::ExpressionRequest request;
  request.set_expression("1 +");
  EXPECT_TRUE(absl::IsInvalidArgument(client_.Expression(request).status()));
}

}  // namespace
