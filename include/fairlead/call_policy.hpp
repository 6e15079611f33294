#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "fairlead/breaker_policy.hpp"
#include "fairlead/hedge_policy.hpp"
#include "fairlead/retry_policy.hpp"
#include "fairlead/throttle_policy.hpp"

namespace fairlead {

/// How calls are made: what the .proto, a client's options and its configuration file say in the
/// same words. What none of them says is off, but the timeout, which is 5 s.
class CallPolicy {
 public:
  CallPolicy() {}

  /// Deadline of each call that sets none.
  CallPolicy& set_timeout(std::chrono::nanoseconds timeout) {
    timeout_ = timeout;
    return *this;
  }
  /// Turns the layer on with these numbers, or off with std::nullopt; likewise the next ones.
  CallPolicy& set_retry(std::optional<RetryPolicy> policy) {
    retry_.say(std::move(policy));
    return *this;
  }
  CallPolicy& set_throttle(std::optional<ThrottlePolicy> policy) {
    throttle_.say(std::move(policy));
    return *this;
  }
  CallPolicy& set_breaker(std::optional<BreakerPolicy> policy) {
    breaker_.say(std::move(policy));
    return *this;
  }
  CallPolicy& set_hedge(std::optional<HedgePolicy> policy) {
    hedge_.say(std::move(policy));
    return *this;
  }

  const std::optional<std::chrono::nanoseconds>& timeout() const { return timeout_; }
  /// Null: the layer is off, or nothing is said about it; likewise the next ones.
  const RetryPolicy* retry() const { return retry_.get(); }
  const ThrottlePolicy* throttle() const { return throttle_.get(); }
  const BreakerPolicy* breaker() const { return breaker_.get(); }
  const HedgePolicy* hedge() const { return hedge_.get(); }

  /// Takes over what `nearer` says; a layer's numbers as a whole.
  CallPolicy& merge(const CallPolicy& nearer) {
    if (nearer.timeout_) timeout_ = nearer.timeout_;
    retry_.merge(nearer.retry_);
    throttle_.merge(nearer.throttle_);
    breaker_.merge(nearer.breaker_);
    hedge_.merge(nearer.hedge_);
    return *this;
  }

  /// What is wrong with the numbers, such as `retry: attempts must be from 1 to 5`; empty if
  /// nothing is.
  std::string fault() const {
    if (timeout_ && timeout_->count() <= 0) return "timeout must be more than zero";
    if (std::string fault = retry_.fault("retry: "); !fault.empty()) return fault;
    if (std::string fault = throttle_.fault("throttle: "); !fault.empty()) return fault;
    if (std::string fault = breaker_.fault("breaker: "); !fault.empty()) return fault;
    return hedge_.fault("hedge: ");
  }

 private:
  // On, off, or nothing said.
  template <typename Policy>
  class Choice {
   public:
    void say(std::optional<Policy> policy) {
      said_ = true;
      policy_ = std::move(policy);
    }
    const Policy* get() const { return policy_ ? &*policy_ : nullptr; }
    void merge(const Choice& nearer) {
      if (nearer.said_) *this = nearer;
    }
    std::string fault(const char* name) const {
      if (!policy_ || policy_->fault().empty()) return "";
      return name + std::string(policy_->fault());
    }

   private:
    bool said_ = false;
    std::optional<Policy> policy_;
  };

  std::optional<std::chrono::nanoseconds> timeout_;
  Choice<RetryPolicy> retry_;
  Choice<ThrottlePolicy> throttle_;
  Choice<BreakerPolicy> breaker_;
  Choice<HedgePolicy> hedge_;
};

}  // namespace fairlead
