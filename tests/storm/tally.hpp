#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include <absl/status/status.h>

#include "fairlead/deadline.hpp"

namespace fairlead::testing {

/// When in the storm something began.
enum class Phase {
  kStorm,  // while there are faults, and in the time to recover after them
  kCalm,   // when all has to be well
};

/// What became of the calls, or streams, of one kind.
struct Tally {
  std::uint64_t begun = 0;
  std::uint64_t ended = 0;
  std::uint64_t ok = 0;
  std::uint64_t wrong = 0;  // OK, but not with what was asked for
  std::uint64_t failed_in_calm = 0;
  absl::Status first_in_calm;
  std::uint64_t overdue = 0;  // took longer than they may
  std::uint64_t retries = 0;
  std::uint64_t over_budget = 0;  // retries that the budget does not allow
  std::chrono::nanoseconds longest = {};
  std::map<std::string, std::uint64_t> failures;  // by code
  std::map<std::string, std::string> examples;

  void record(Phase phase, const absl::Status& status, std::chrono::nanoseconds taken,
              std::chrono::nanoseconds allowed);
};

}  // namespace fairlead::testing
