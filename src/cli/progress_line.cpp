#include "cli/progress_line.hpp"

#include <algorithm>
#include <cmath>

#include "cli/format.hpp"
#include "core/strings.hpp"

namespace fairlead::cli {

std::string ProgressLine::draw(const State& state, std::size_t columns) {
  constexpr std::size_t kWidth = 20;
  const double seconds = std::chrono::duration<double>(state.elapsed).count();
  const double since = std::chrono::duration<double>(state.elapsed - last_.elapsed).count();
  const double calls = static_cast<double>(state.calls);
  const double done = std::clamp((in_calls_ ? calls : seconds) / whole_, 0.0, 1.0);
  const auto filled = static_cast<std::size_t>(done * kWidth);
  std::string line = concat("[", std::string(filled, '#'), std::string(kWidth - filled, '-'), "] ");
  if (seconds < 0) {
    append(line, "warming up");
  } else {
    if (in_calls_) {
      append(line, format_count(state.calls), " of ",
             format_count(static_cast<std::uint64_t>(whole_)));
    } else {
      const auto whole = std::chrono::duration<double>(whole_);
      append(line, format_age(state.elapsed), " of ",
             format_age(std::chrono::duration_cast<std::chrono::nanoseconds>(whole)));
    }
    const double rate = since > 0 ? (calls - static_cast<double>(last_.calls)) / since : 0;
    append(line, "  ", format_count(static_cast<std::uint64_t>(std::llround(rate))), " calls/s  ",
           format_count(state.failed), " failed");
    last_ = state;
  }
  return line.substr(0, columns);
}

}  // namespace fairlead::cli
