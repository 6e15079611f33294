#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include <absl/status/status.h>

#include "core/histogram.hpp"

namespace fairlead::cli {

/// Counts the outcomes of many calls.
class CallSummary {
 public:
  void record(const absl::Status& status, std::chrono::nanoseconds taken);

  bool all_ok() const { return failed_ == 0; }

  /// A few lines for people: rate, times, failures by code with the first message of each.
  std::string text(std::chrono::nanoseconds elapsed) const;

  /// One JSON object; times in nanoseconds.
  std::string json(std::chrono::nanoseconds elapsed) const;

 private:
  struct Failure {
    std::uint64_t count = 0;
    std::string first_message;
  };

  double rate(std::chrono::nanoseconds elapsed) const;

  Histogram times_;
  std::uint64_t failed_ = 0;
  std::map<std::string, Failure> failures_;  // by code
};

}  // namespace fairlead::cli
