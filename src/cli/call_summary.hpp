#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include <absl/status/status.h>
#include <nlohmann/json_fwd.hpp>

#include "core/histogram.hpp"

namespace fairlead::cli {

/// Counts the outcomes of many calls.
class CallSummary {
 public:
  void record(const absl::Status& status, std::chrono::nanoseconds taken);

  bool all_ok() const { return failed_ == 0; }

  /// Adds what another one has counted.
  void add(const CallSummary& other);

  const Histogram& times() const { return times_; }
  std::uint64_t failed() const { return failed_; }

  /// A few lines for people: rate, times, failures by code with the first message of each.
  std::string text(std::chrono::nanoseconds elapsed) const;
  /// The lines about failures alone.
  std::string failures_text() const;

  /// One JSON object; times in nanoseconds.
  std::string json(std::chrono::nanoseconds elapsed) const;
  /// Counts and times, and failures by code.
  void write_json(nlohmann::ordered_json& json) const;

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
