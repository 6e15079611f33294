#pragma once

#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "fairlead/deadline.hpp"

namespace fairlead::testing {

/// Waits until something is so that nobody tells of; a failure after ten seconds.
template <typename Condition>
void eventually(Condition condition) {
  const auto end = Deadline::Clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    ASSERT_LT(Deadline::Clock::now(), end);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

}  // namespace fairlead::testing
