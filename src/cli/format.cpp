#include "cli/format.hpp"

#include <absl/strings/str_format.h>
#include <absl/time/time.h>

#include "core/strings.hpp"

namespace fairlead::cli {

std::string format_duration(std::chrono::nanoseconds duration) {
  struct Unit {
    const char* name;
    double nanoseconds;
  };
  constexpr Unit kUnits[] = {{"s", 1e9}, {"ms", 1e6}, {"µs", 1e3}};
  const double value = static_cast<double>(duration.count());
  for (const Unit& unit : kUnits) {
    // What would be shown as 1000 belongs to the next unit.
    if (value < unit.nanoseconds * 0.9995) continue;
    const double shown = value / unit.nanoseconds;
    const int digits = shown < 9.995 ? 2 : shown < 99.95 ? 1 : 0;
    return absl::StrFormat("%.*f %s", digits, shown, unit.name);
  }
  return concat(duration.count(), " ns");
}

std::string format_age(std::chrono::nanoseconds age) {
  const auto seconds =
      std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::seconds>(age).count());
  const auto two = [](std::int64_t high, const char* unit, std::int64_t low, const char* lower) {
    return low == 0 ? concat(high, unit) : concat(high, unit, low, lower);
  };
  if (seconds >= 86400) return two(seconds / 86400, "d", seconds % 86400 / 3600, "h");
  if (seconds >= 3600) return two(seconds / 3600, "h", seconds % 3600 / 60, "m");
  if (seconds >= 60) return two(seconds / 60, "m", seconds % 60, "s");
  return concat(seconds, "s");
}

std::string format_count(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t end = digits.size(); end > 3; end -= 3) digits.insert(end - 3, 1, ' ');
  return digits;
}

absl::StatusOr<std::chrono::nanoseconds> parse_time(std::string_view text) {
  absl::Duration duration;
  double seconds = 0;
  if (absl::SimpleAtod(to_absl(text), &seconds)) {
    duration = absl::Seconds(seconds);
  } else if (!absl::ParseDuration(to_absl(text), &duration)) {
    duration = absl::ZeroDuration();
  }
  if (duration <= absl::ZeroDuration() || duration > absl::Hours(24 * 365)) {
    return absl::InvalidArgumentError(
        concat("\"", escape(text), "\" is not a time above zero, such as 500ms, 2s or 1m30s"));
  }
  return absl::ToChronoNanoseconds(duration);
}

}  // namespace fairlead::cli
