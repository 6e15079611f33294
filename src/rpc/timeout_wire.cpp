#include "rpc/timeout_wire.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "core/strings.hpp"

namespace fairlead::rpc {
namespace {

struct Unit {
  char letter;
  std::int64_t nanoseconds;
};
constexpr Unit kUnits[] = {{'n', 1},
                           {'u', 1'000},
                           {'m', 1'000'000},
                           {'S', 1'000'000'000},
                           {'M', 60'000'000'000},
                           {'H', 3'600'000'000'000}};
constexpr std::int64_t kMaxValue = 99'999'999;  // 8 digits

}  // namespace

std::string_view format_timeout(std::chrono::nanoseconds timeout, TimeoutBuffer& buffer) {
  const std::int64_t left = std::max<std::int64_t>(timeout.count(), 0);
  for (const Unit& unit : kUnits) {
    const std::int64_t value = left / unit.nanoseconds;
    if (value > kMaxValue && unit.letter != 'H') continue;
    char* end = std::to_chars(buffer, buffer + 8, std::min(value, kMaxValue)).ptr;
    *end++ = unit.letter;
    return {buffer, static_cast<std::size_t>(end - buffer)};
  }
  return "99999999H";
}

absl::StatusOr<std::chrono::nanoseconds> parse_timeout(std::string_view text) {
  if (text.size() >= 2 && text.size() <= 9) {
    const auto value = parse_number(text.substr(0, text.size() - 1));
    for (const Unit& unit : kUnits) {
      if (!value || unit.letter != text.back()) continue;
      constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
      const auto count = static_cast<std::int64_t>(*value);
      if (count > kMax / unit.nanoseconds) return std::chrono::nanoseconds(kMax);
      return std::chrono::nanoseconds(count * unit.nanoseconds);
    }
  }
  return absl::InvalidArgumentError(
      concat("the header grpc-timeout is \"", escape(text.substr(0, 40)),
             "\"; expected 1 to 8 digits and one of H M S m u n, such as 4900m"));
}

}  // namespace fairlead::rpc
