#include "nats/write_turn.hpp"

#include <gtest/gtest.h>

namespace fairlead::nats {
namespace {

constexpr std::size_t kLittle = WriteTurn::kEnoughOfLittle;
constexpr std::size_t kMuch = WriteTurn::kEnough;

// A turn that makes `bytes`, none of which is written before its end.
void make(WriteTurn& turn, std::size_t bytes) {
  turn.begin(0);
  turn.end(bytes);
}

TEST(WriteTurn, OutsideOfTurnsAllIsWrittenAtOnce) {
  const WriteTurn turn;
  EXPECT_FALSE(turn.may_write(0));
  EXPECT_TRUE(turn.may_write(1));
}

TEST(WriteTurn, ATurnWritesAtItsEndOrWhenThereIsEnough) {
  WriteTurn turn;
  turn.begin(0);
  EXPECT_FALSE(turn.may_write(kMuch - 1));
  EXPECT_TRUE(turn.may_write(kMuch));
  turn.end(1);
  EXPECT_TRUE(turn.may_write(1));
}

TEST(WriteTurn, WhereTurnsMakeLittleLessIsEnough) {
  WriteTurn turn;
  make(turn, kMuch - 1);
  turn.begin(0);
  EXPECT_FALSE(turn.may_write(kLittle - 1));
  EXPECT_TRUE(turn.may_write(kLittle));
  turn.end(0);
}

TEST(WriteTurn, WhatATurnHasWrittenCountsAsMade) {
  WriteTurn turn;
  make(turn, 0);
  turn.begin(0);
  turn.on_write(kMuch - 1);
  turn.end(1);
  turn.begin(0);
  EXPECT_FALSE(turn.may_write(kLittle));
  turn.end(0);
}

TEST(WriteTurn, WhatIsWrittenBetweenTurnsDoesNotCount) {
  WriteTurn turn;
  turn.on_write(kMuch);
  make(turn, 1);
  turn.begin(0);
  EXPECT_TRUE(turn.may_write(kLittle));
  turn.end(0);
}

TEST(WriteTurn, WhatWaitedBeforeATurnWasNotMadeInIt) {
  WriteTurn turn;
  turn.begin(8 * kMuch);
  turn.end(8 * kMuch + 1);
  turn.begin(0);
  EXPECT_TRUE(turn.may_write(kLittle));
  turn.end(0);
}

TEST(WriteTurn, TurnsThatMakeMuchAreRemembered) {
  WriteTurn turn;
  make(turn, 2 * kMuch);
  for (int i = 0; i < 5; ++i) make(turn, 0);
  turn.begin(0);
  EXPECT_FALSE(turn.may_write(kMuch - 1));
  turn.end(0);  // the sixth
  turn.begin(0);
  EXPECT_TRUE(turn.may_write(kLittle));
  turn.end(0);
}

}  // namespace
}  // namespace fairlead::nats
