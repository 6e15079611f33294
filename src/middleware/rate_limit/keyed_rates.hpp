#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include <absl/container/flat_hash_map.h>

#include "middleware/rate_limit/rate.hpp"

namespace fairlead::middleware {

/// A rate for each key, of a bounded number of keys. Used by many threads at once.
class KeyedRates {
 public:
  KeyedRates(std::chrono::nanoseconds interval, std::chrono::nanoseconds tolerance,
             std::size_t most_keys)
      : interval_(interval),
        tolerance_(tolerance),
        most_keys_(most_keys),
        others_(interval, tolerance) {}

  std::chrono::nanoseconds take(std::string_view key, Rate::TimePoint now);

  std::size_t size() const { return rates_.size(); }

 private:
  /// Forgets keys that are as good as new.
  void drop_idle(Rate::TimePoint now);

  const std::chrono::nanoseconds interval_;
  const std::chrono::nanoseconds tolerance_;
  const std::size_t most_keys_;
  std::mutex mutex_;
  absl::flat_hash_map<std::string, std::unique_ptr<Rate>> rates_;
  Rate others_;  // of keys for which there is no room
  Rate::TimePoint next_drop_ = {};
};

}  // namespace fairlead::middleware
