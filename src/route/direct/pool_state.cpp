#include "route/direct/pool_state.hpp"

#include <algorithm>

#include "core/strings.hpp"

namespace fairlead::route::direct {

std::string to_string(const PoolStep& step) {
  static constexpr const char* kNames[] = {"ask", "connect", "eject", "restore", "close all"};
  const char* const name = kNames[static_cast<std::size_t>(step.action)];
  return step.instance.empty() ? name : concat(name, " ", step.instance);
}

PoolState::Steps PoolState::on_use(TimePoint now) {
  used_ = now;
  if (!asleep_) return {};
  asleep_ = false;
  ask_after_ = kAskEvery;
  return ask(now);
}

PoolState::Steps PoolState::ask(TimePoint now) {
  if (asking_) return {};
  asking_ = true;
  asked_ = now;
  ask_at_ = now + ask_after_;
  return {{PoolAction::kAsk}};
}

PoolState::Steps PoolState::on_wanted(TimePoint now) {
  if (asleep_ || !settled() || now < asked_ + kAskAtShortest) return {};
  return ask(now);
}

PoolState::Steps PoolState::on_answer(const std::string& name, TimePoint) {
  if (asleep_ || instances_.contains(name) || links() >= kMostLinks) return {};
  instances_.emplace(name, Instance());
  return {{PoolAction::kConnect, name}};
}

PoolState::Steps PoolState::on_found(const std::vector<std::string>& found, TimePoint now) {
  asking_ = false;
  if (asleep_) return {};
  ask_after_ = found.empty() ? std::min(kAskAtLongest, 2 * ask_after_) : kAskEvery;
  ask_at_ = now + ask_after_;
  for (auto& [name, instance] : instances_) instance.answered = false;
  Steps steps;
  for (const std::string& name : found) {
    const auto known = instances_.find(name);
    if (known != instances_.end()) {
      known->second.answered = true;
    } else {
      for (const PoolStep& step : on_answer(name, now)) steps.push_back(step);
    }
  }
  // One that has a link is gone when that ends; it may only have been slow to answer.
  std::erase_if(instances_, [](const auto& entry) {
    return !entry.second.answered && entry.second.phase == Phase::kWaiting;
  });
  return steps;
}

PoolState::Steps PoolState::on_ask_failed(TimePoint now) {
  asking_ = false;
  ask_after_ = std::min(kAskAtLongest, 2 * ask_after_);
  ask_at_ = now + ask_after_;
  return {};
}

PoolState::Steps PoolState::on_opened(const std::string& name, TimePoint) {
  const auto found = instances_.find(name);
  if (found == instances_.end()) return {};
  found->second.phase = Phase::kOpen;
  found->second.failures = 0;
  if (found->second.ejected) return {{PoolAction::kEject, name}};
  return {};
}

PoolState::Steps PoolState::on_connect_failed(const std::string& name, TimePoint now) {
  const auto found = instances_.find(name);
  if (found != instances_.end()) wait(found->second, now);
  return {};
}

PoolState::Steps PoolState::on_lost(const std::string& name, TimePoint now) {
  const auto found = instances_.find(name);
  if (found == instances_.end()) return {};
  if (found->second.phase == Phase::kLeaving || !found->second.answered) {
    instances_.erase(found);
  } else {
    wait(found->second, now);
  }
  return {};
}

void PoolState::wait(Instance& instance, TimePoint now) {
  instance.phase = Phase::kWaiting;
  const int doublings = std::min(instance.failures, 5);
  ++instance.failures;
  instance.retry_at = now + std::min(kRetryAtLongest, kRetryAfter * (1 << doublings));
}

PoolState::Steps PoolState::on_leaving(const std::string& name) {
  const auto found = instances_.find(name);
  if (found == instances_.end()) return {};
  found->second.phase = Phase::kLeaving;
  return {{PoolAction::kEject, name}};
}

PoolState::Steps PoolState::on_failing(const std::string& name, TimePoint now) {
  const auto found = instances_.find(name);
  if (found == instances_.end() || found->second.ejected) return {};
  Instance& instance = found->second;
  instance.ejected = true;
  ++instance.ejections;
  instance.ejected_until = now + std::min(kEjectionAtLongest, kEjection * instance.ejections);
  return {{PoolAction::kEject, name}};
}

PoolState::Steps PoolState::on_tick(TimePoint now) {
  if (asleep_) return {};
  if (now >= used_ + kIdle) {
    asleep_ = true;
    instances_.clear();
    return {{PoolAction::kCloseAll}};
  }
  Steps steps;
  if (now >= ask_at_) steps = ask(now);
  for (auto& [name, instance] : instances_) {
    if (instance.ejected && now >= instance.ejected_until) {
      instance.ejected = false;
      if (instance.phase == Phase::kOpen) steps.push_back({PoolAction::kRestore, name});
    }
    if (instance.phase != Phase::kWaiting || now < instance.retry_at) continue;
    instance.phase = Phase::kConnecting;
    steps.push_back({PoolAction::kConnect, name});
  }
  return steps;
}

bool PoolState::settled() const {
  if (asleep_ || asking_) return false;
  return std::none_of(instances_.begin(), instances_.end(),
                      [](const auto& entry) { return entry.second.phase == Phase::kConnecting; });
}

std::size_t PoolState::links() const {
  return instances_.size();
}

}  // namespace fairlead::route::direct
