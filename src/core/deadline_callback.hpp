#pragma once

#include <functional>
#include <utility>

#include "core/deadline_wheel.hpp"

namespace fairlead {

/// A deadline that calls a function when it has passed.
class DeadlineCallback final : public DeadlineNode {
 public:
  explicit DeadlineCallback(std::function<void()> callback) : callback_(std::move(callback)) {}

  void on_deadline() override { callback_(); }

 private:
  std::function<void()> callback_;
};

}  // namespace fairlead
