#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "fairlead/testing/fault.hpp"

#include "core/random.hpp"
#include "testing/fault_plan.hpp"

namespace fairlead::testing {

/// A fault as its handles set it. From any thread.
class Fault::State {
 public:
  State(std::string method, FaultStep step) : method_(std::move(method)), step_(std::move(step)) {}

  void set_times(int calls);
  void set_probability(double probability);
  void set_after_handler();
  void set_refused(std::optional<std::chrono::milliseconds> pushback);
  void set_active(bool active);
  int count() const;

  /// A call to `subject` is made: adds to `plan` if this befalls it, and nothing ends it before.
  void befall(std::string_view subject, Random& random, FaultPlan& plan);

 private:
  bool is_for(std::string_view subject) const;

  const std::string method_;
  mutable std::mutex mutex_;  // of what follows
  FaultStep step_;
  bool after_handler_ = false;
  bool active_ = true;
  double probability_ = 1;
  std::optional<int> left_;  // none: without end
  int count_ = 0;
};

}  // namespace fairlead::testing
