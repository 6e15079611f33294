#include "fairlead/testing/fault.hpp"

#include "rpc/status_wire.hpp"
#include "testing/fault_state.hpp"

namespace fairlead::testing {
namespace {

bool ends_call(const std::vector<FaultStep>& steps) {
  return !steps.empty() && steps.back().kind != FaultStep::Kind::kDelay;
}

}  // namespace

void Fault::State::set_times(int calls) {
  const std::lock_guard lock(mutex_);
  left_ = calls;
}

void Fault::State::set_probability(double probability) {
  const std::lock_guard lock(mutex_);
  probability_ = probability;
}

void Fault::State::set_after_handler() {
  const std::lock_guard lock(mutex_);
  after_handler_ = true;
}

void Fault::State::set_refused(std::optional<std::chrono::milliseconds> pushback) {
  const std::lock_guard lock(mutex_);
  if (step_.kind != FaultStep::Kind::kFail) return;
  rpc::mark_never_ran(step_.status);
  if (!pushback) return;
  rpc::mark_remote(step_.status);
  rpc::set_retry_pushback(step_.status, *pushback);
}

void Fault::State::set_active(bool active) {
  const std::lock_guard lock(mutex_);
  active_ = active;
}

int Fault::State::count() const {
  const std::lock_guard lock(mutex_);
  return count_;
}

// `Average`, `calc.Calc.Average`, or all; the subject may have a prefix.
bool Fault::State::is_for(std::string_view subject) const {
  if (method_ == "*" || method_ == subject) return true;
  return subject.size() > method_.size() && subject.ends_with(method_) &&
         subject[subject.size() - method_.size() - 1] == '.';
}

void Fault::State::befall(std::string_view subject, Random& random, FaultPlan& plan) {
  const std::lock_guard lock(mutex_);
  if (!active_ || left_ == 0 || !is_for(subject)) return;
  if (ends_call(plan.request) || (after_handler_ && ends_call(plan.reply))) return;
  if (probability_ < 1 && random.unit() >= probability_) return;
  if (left_) --*left_;
  ++count_;
  (after_handler_ ? plan.reply : plan.request).push_back(step_);
}

Fault& Fault::times(int calls) {
  state_->set_times(calls);
  return *this;
}

Fault& Fault::with_probability(double probability) {
  state_->set_probability(probability);
  return *this;
}

Fault& Fault::after_handler() {
  state_->set_after_handler();
  return *this;
}

Fault& Fault::refused() {
  state_->set_refused(std::nullopt);
  return *this;
}

Fault& Fault::refused(std::chrono::milliseconds pushback) {
  state_->set_refused(pushback);
  return *this;
}

Fault& Fault::set_active(bool active) {
  state_->set_active(active);
  return *this;
}

int Fault::count() const {
  return state_->count();
}

}  // namespace fairlead::testing
