#pragma once

#include <string_view>

#include <absl/status/statusor.h>

/// The value of an arithmetic expression: decimal numbers, + - * / with the usual precedence,
/// signs, parentheses and blanks. INVALID_ARGUMENT says what is wrong and at which character,
/// counted from 1; so does a division by zero and a result that is too large.
absl::StatusOr<double> evaluate(std::string_view expression);
