#include "core/patient_timeout.hpp"

#include <gtest/gtest.h>

#include "fairlead/loop.hpp"

namespace fairlead {
namespace {

using std::chrono::milliseconds;

// What a handler does that computes for long.
void keep_busy(milliseconds time) {
  const Deadline end = Deadline::after(time);
  while (!end.passed()) continue;
}

Task<void> keep_busy_and_wait(Loop& loop, bool& waits, bool& woken) {
  Waiter waiter;
  PatientTimeout timeout(loop.core(), waiter);
  timeout.arm(milliseconds(100));
  keep_busy(milliseconds(150));
  co_await loop.sleep(milliseconds(1));
  waits = timeout.armed();
  if (waits) co_await waiter.wait();
  woken = !timeout.armed();
}

TEST(PatientTimeout, DoesNotCountWhileTheLoopIsKeptBusy) {
  Loop loop;
  bool waits = false;
  bool woken = false;
  loop.run(keep_busy_and_wait(loop, waits, woken));
  EXPECT_TRUE(waits);
  EXPECT_TRUE(woken);
}

}  // namespace
}  // namespace fairlead
