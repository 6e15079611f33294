#include "rpc/overload_guard.hpp"

#include <string>

#include <gtest/gtest.h>

namespace fairlead::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Deadline::TimePoint kStart{seconds(1000)};

std::string look(OverloadGuard& guard, std::size_t waiting, Deadline::TimePoint now = kStart) {
  switch (guard.look(waiting, now)) {
    case Attendance::kStay:
      return guard.away() ? "stays away" : "stays";
    case Attendance::kLeave:
      return "leaves";
    case Attendance::kReturn:
      return "comes back";
  }
  return "";
}

TEST(OverloadGuard, LeavesWhenTheQueueIsNearlyFullAndComesBackBeforeItIsEmpty) {
  OverloadGuard guard(100);
  EXPECT_EQ(look(guard, 74), "stays");
  EXPECT_EQ(look(guard, 75), "leaves");
  EXPECT_EQ(look(guard, 100), "stays away");
  EXPECT_EQ(look(guard, 50), "stays away");
  EXPECT_EQ(look(guard, 26), "stays away");
  EXPECT_EQ(look(guard, 25), "comes back");
  EXPECT_EQ(look(guard, 25), "stays");
}

TEST(OverloadGuard, StaysForASecondAtLeast) {
  OverloadGuard guard(100);
  EXPECT_EQ(look(guard, 80), "leaves");
  EXPECT_EQ(look(guard, 20), "comes back");
  EXPECT_EQ(look(guard, 100, kStart + milliseconds(999)), "stays");
  EXPECT_EQ(look(guard, 100, kStart + milliseconds(1000)), "leaves");
}

TEST(OverloadGuard, WithoutAQueueItStays) {
  OverloadGuard guard(0);
  EXPECT_EQ(look(guard, 0), "stays");
}

}  // namespace
}  // namespace fairlead::rpc
