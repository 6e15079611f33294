#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <absl/status/status.h>

namespace fairlead::testing {

/// One thing that happens to a call.
struct FaultStep {
  enum class Kind { kDelay, kDrop, kFail };

  Kind kind = Kind::kDelay;
  std::chrono::milliseconds delay = {};  // of kDelay
  absl::Status status;                   // of kFail; not OK
};

/// All that happens to a call: to its request, and to its reply.
struct FaultPlan {
  std::vector<FaultStep> request;
  std::vector<FaultStep> reply;

  bool empty() const { return request.empty() && reply.empty(); }
};

/// `request: delay 50ms, drop; reply: UNAVAILABLE`; `none`.
std::string to_string(const FaultPlan& plan);

}  // namespace fairlead::testing
