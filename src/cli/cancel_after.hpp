#pragma once

#include <chrono>
#include <optional>

#include <absl/status/status.h>

#include "fairlead/cancellation.hpp"
#include "fairlead/client.hpp"
#include "fairlead/loop.hpp"

#include "core/deadline_callback.hpp"

namespace fairlead::cli {

/// Gives a call up after a time. Lives as long as the call; must not move.
class CancelAfter {
 public:
  /// Nothing: it is never given up.
  CancelAfter(Loop& loop, std::optional<std::chrono::nanoseconds> time);

  /// `options` with what gives the call up.
  CallOptions with(const CallOptions& options);

  /// How the call ended, for people: says what the CANCELLED comes from if it comes from here.
  absl::Status explain(absl::Status status) const;

 private:
  std::optional<std::chrono::nanoseconds> time_;
  Cancellation cancellation_;
  DeadlineCallback give_up_;
};

}  // namespace fairlead::cli
