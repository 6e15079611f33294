#include "core/deadline_wheel.hpp"

#include <memory>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace fairlead {
namespace {

using std::chrono::milliseconds;
using TimePoint = Deadline::TimePoint;

const TimePoint kStart = TimePoint(std::chrono::hours(1));

struct Note final : DeadlineNode {
  explicit Note(std::vector<int>& fired, int name) : fired_(fired), name_(name) {}
  void on_deadline() override { fired_.push_back(name_); }
  std::vector<int>& fired_;
  int name_;
};

Deadline in(milliseconds duration) {
  return Deadline::after(duration, kStart);
}

TEST(DeadlineWheel, FiresInOrderAndNeverEarly) {
  DeadlineWheel wheel(kStart);
  std::vector<int> fired;
  Note late(fired, 3), early(fired, 1), middle(fired, 2);
  wheel.arm(late, in(milliseconds(70'000)));
  wheel.arm(early, in(milliseconds(5)));
  wheel.arm(middle, in(milliseconds(300)));

  wheel.advance(kStart + milliseconds(4));
  EXPECT_TRUE(fired.empty());
  wheel.advance(kStart + milliseconds(5));
  EXPECT_EQ(fired, (std::vector<int>{1}));
  wheel.advance(kStart + milliseconds(69'999));
  EXPECT_EQ(fired, (std::vector<int>{1, 2}));
  wheel.advance(kStart + milliseconds(70'000));
  EXPECT_EQ(fired, (std::vector<int>{1, 2, 3}));
  EXPECT_FALSE(wheel.next_wake().has_value());
}

TEST(DeadlineWheel, DisarmedAndDestroyedNodesDoNotFire) {
  DeadlineWheel wheel(kStart);
  std::vector<int> fired;
  Note kept(fired, 1), moved(fired, 2);
  auto destroyed = std::make_unique<Note>(fired, 3);
  wheel.arm(kept, in(milliseconds(10)));
  wheel.arm(moved, in(milliseconds(10)));
  wheel.arm(*destroyed, in(milliseconds(10)));
  destroyed.reset();
  wheel.arm(moved, Deadline::never());
  wheel.advance(kStart + milliseconds(20));
  EXPECT_EQ(fired, (std::vector<int>{1}));
}

TEST(DeadlineWheel, PastDeadlinesFireAtTheNextTick) {
  DeadlineWheel wheel(kStart);
  wheel.advance(kStart + milliseconds(100));
  std::vector<int> fired;
  Note past(fired, 1);
  wheel.arm(past, in(milliseconds(1)));
  wheel.advance(kStart + milliseconds(101));
  EXPECT_EQ(fired, (std::vector<int>{1}));
}

TEST(DeadlineWheel, NextWakeIsNeverAfterTheEarliestDeadline) {
  std::mt19937_64 random(7);
  for (const std::int64_t span : {200, 70'000, 20'000'000, 2'000'000'000}) {
    DeadlineWheel wheel(kStart);
    std::vector<int> fired;
    std::vector<std::unique_ptr<Note>> notes;
    std::vector<milliseconds> when;
    for (int i = 0; i < 200; ++i) {
      when.emplace_back(1 + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(span)));
      notes.push_back(std::make_unique<Note>(fired, i));
      wheel.arm(*notes.back(), in(when.back()));
    }
    // Following next_wake() alone must fire each node in the very millisecond of its deadline.
    std::size_t seen = 0;
    while (const auto wake = wheel.next_wake()) {
      wheel.advance(*wake);
      for (; seen < fired.size(); ++seen) EXPECT_EQ(kStart + when[fired[seen]], *wake);
    }
    EXPECT_EQ(fired.size(), notes.size());
  }
}

TEST(DeadlineWheel, ANodeMayArmItselfAgain) {
  struct Repeating final : DeadlineNode {
    void on_deadline() override {
      if (++count < 3) wheel->arm(*this, Deadline::after(milliseconds(count * 10), kStart));
    }
    DeadlineWheel* wheel = nullptr;
    int count = 0;
  };
  DeadlineWheel wheel(kStart);
  Repeating node;
  node.wheel = &wheel;
  wheel.arm(node, in(milliseconds(5)));
  wheel.advance(kStart + milliseconds(100));
  EXPECT_EQ(node.count, 3);
}

}  // namespace
}  // namespace fairlead
