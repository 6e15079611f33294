#include "expression.hpp"

#include <string>

#include <gtest/gtest.h>

namespace {

TEST(Expression, FollowsPrecedence) {
  EXPECT_EQ(evaluate("1+2*(3-4)").value(), -1);
  EXPECT_EQ(evaluate("2*3+4*5").value(), 26);
  EXPECT_EQ(evaluate("2*(3+4)*5").value(), 70);
}

TEST(Expression, GoesFromLeftToRight) {
  EXPECT_EQ(evaluate("10-3-2").value(), 5);
  EXPECT_EQ(evaluate("16/4/2").value(), 2);
  EXPECT_EQ(evaluate("8/4*2").value(), 4);
}

TEST(Expression, TakesSignsBlanksAndFractions) {
  EXPECT_EQ(evaluate(" - 2 * -3 ").value(), 6);
  EXPECT_EQ(evaluate("--1").value(), 1);
  EXPECT_EQ(evaluate("\t.5 + 1.5e1").value(), 15.5);
  EXPECT_EQ(evaluate("0").value(), 0);
}

std::string message_of(std::string_view expression) {
  const absl::StatusOr<double> result = evaluate(expression);
  EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument) << expression;
  return std::string(result.status().message());
}

TEST(Expression, NamesThePlaceOfAMistake) {
  EXPECT_EQ(message_of(""), "expression, character 1: expected a number, found the end");
  EXPECT_EQ(message_of("1+"), "expression, character 3: expected a number, found the end");
  EXPECT_EQ(message_of("1+x"), "expression, character 3: expected a number, found 'x'");
  EXPECT_EQ(message_of("(1+2"), "expression, character 5: expected ), found the end");
  EXPECT_EQ(message_of("1 2"),
            "expression, character 3: expected an operator or the end, found '2'");
  EXPECT_EQ(message_of("1)"),
            "expression, character 2: expected an operator or the end, found ')'");
  EXPECT_EQ(message_of("."), "expression, character 1: expected a number, found '.'");
  EXPECT_EQ(message_of(std::string("1\0+1", 4)),
            "expression, character 2: expected an operator or the end, found '\\x00'");
}

TEST(Expression, RefusesWhatHasNoValue) {
  EXPECT_EQ(message_of("1/0"), "expression, character 2: division by zero");
  EXPECT_EQ(message_of("1/(2-2)"), "expression, character 2: division by zero");
  EXPECT_EQ(message_of("1e999"), "expression, character 1: the number is out of range");
  EXPECT_EQ(message_of("1e300*1e300"), "the result is too large");
}

TEST(Expression, RefusesDepthInsteadOfOverflowing) {
  EXPECT_EQ(message_of(std::string(1000000, '(')),
            "expression, character 201: the expression is nested too deeply");
  EXPECT_EQ(message_of(std::string(1000000, '-')),
            "expression, character 201: the expression is nested too deeply");
}

}  // namespace
