#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace fairlead::cli {

/// How far a benchmark has come, as a line that is drawn over again:
/// `[#####---------------] 2.5s of 10s  41 234 calls/s  0 failed`. Told of time.
class ProgressLine {
 public:
  /// `whole` is all that there is to do, in seconds or calls.
  ProgressLine(double whole, bool in_calls) : whole_(whole), in_calls_(in_calls) {}

  struct State {
    std::chrono::nanoseconds elapsed = {};  // negative: warming up
    std::uint64_t calls = 0;
    std::uint64_t failed = 0;
  };

  /// The line, in at most `columns` characters; the rate is that since the last one.
  std::string draw(const State& state, std::size_t columns);

 private:
  double whole_;
  bool in_calls_;
  State last_;
};

}  // namespace fairlead::cli
