#include "expression.hpp"

#include <charconv>
#include <cmath>
#include <string>
#include <system_error>

#include <absl/status/status.h>
#include <absl/strings/escaping.h>

namespace {

// A request may come from anywhere, and each parenthesis and sign takes some of the stack.
constexpr int kDeepest = 200;

//   sum     = product { (+ | -) product }
//   product = factor { (* | /) factor }
//   factor  = (+ | -) factor | ( sum ) | number
class Evaluator {
 public:
  explicit Evaluator(std::string_view text) : text_(text) {}

  absl::StatusOr<double> evaluate() {
    absl::StatusOr<double> result = sum();
    if (!result.ok()) return result;
    next();
    if (position_ < text_.size()) return error("expected an operator or the end, found " + found());
    if (!std::isfinite(*result)) return absl::InvalidArgumentError("the result is too large");
    return result;
  }

 private:
  absl::StatusOr<double> sum() {
    absl::StatusOr<double> left = product();
    while (left.ok() && (next() == '+' || next() == '-')) {
      const char sign = text_[position_++];
      absl::StatusOr<double> right = product();
      if (!right.ok()) return right;
      *left += sign == '+' ? *right : -*right;
    }
    return left;
  }

  absl::StatusOr<double> product() {
    absl::StatusOr<double> left = factor();
    while (left.ok() && (next() == '*' || next() == '/')) {
      const std::size_t place = position_;
      const char sign = text_[position_++];
      absl::StatusOr<double> right = factor();
      if (!right.ok()) return right;
      if (sign == '/' && *right == 0) {
        position_ = place;
        return error("division by zero");
      }
      *left = sign == '*' ? *left * *right : *left / *right;
    }
    return left;
  }

  absl::StatusOr<double> factor() {
    if (depth_ == kDeepest) return error("the expression is nested too deeply");
    ++depth_;
    absl::StatusOr<double> result = nested_factor();
    --depth_;
    return result;
  }

  absl::StatusOr<double> nested_factor() {
    const char letter = next();
    if (letter == '+' || letter == '-') {
      ++position_;
      absl::StatusOr<double> result = factor();
      if (result.ok() && letter == '-') *result = -*result;
      return result;
    }
    if (letter != '(') return number();
    ++position_;
    absl::StatusOr<double> result = sum();
    if (!result.ok()) return result;
    if (next() != ')') return error("expected ), found " + found());
    ++position_;
    return result;
  }

  absl::StatusOr<double> number() {
    const char letter = next();
    if (!(letter >= '0' && letter <= '9') && letter != '.') {
      return error("expected a number, found " + found());
    }
    double value = 0;
    const char* const begin = text_.data() + position_;
    const auto [end, failure] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (failure == std::errc::result_out_of_range) return error("the number is out of range");
    if (failure != std::errc()) return error("expected a number, found " + found());
    position_ += static_cast<std::size_t>(end - begin);
    return value;
  }

  // The next letter that is no blank; 0 at the end.
  char next() {
    while (position_ < text_.size() && (text_[position_] == ' ' || text_[position_] == '\t')) {
      ++position_;
    }
    return position_ < text_.size() ? text_[position_] : '\0';
  }

  std::string found() const {
    if (position_ >= text_.size()) return "the end";
    return "'" + absl::CHexEscape(std::string(1, text_[position_])) + "'";
  }

  absl::Status error(const std::string& what) const {
    return absl::InvalidArgumentError("expression, character " + std::to_string(position_ + 1) +
                                      ": " + what);
  }

  std::string_view text_;
  std::size_t position_ = 0;
  int depth_ = 0;
};

}  // namespace

absl::StatusOr<double> evaluate(std::string_view expression) {
  return Evaluator(expression).evaluate();
}
