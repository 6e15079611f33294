#include "middleware/rate_limit/keyed_rates.hpp"

#include "core/strings.hpp"

namespace fairlead::middleware {

std::chrono::nanoseconds KeyedRates::take(std::string_view key, Rate::TimePoint now) {
  const std::lock_guard lock(mutex_);
  const auto found = rates_.find(to_absl(key));
  if (found != rates_.end()) return found->second->take(now);
  if (rates_.size() >= most_keys_) drop_idle(now);
  if (rates_.size() >= most_keys_) return others_.take(now);
  auto& rate = rates_[std::string(key)];
  rate = std::make_unique<Rate>(interval_, tolerance_);
  return rate->take(now);
}

// Going through all of them is dear, so a flood of keys does it once a second.
void KeyedRates::drop_idle(Rate::TimePoint now) {
  if (now < next_drop_) return;
  next_drop_ = now + std::chrono::seconds(1);
  absl::erase_if(rates_, [&](const auto& entry) { return entry.second->idle(now); });
}

}  // namespace fairlead::middleware
