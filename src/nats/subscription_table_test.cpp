#include "nats/subscription_table.hpp"

#include <gtest/gtest.h>

namespace fairlead::nats {
namespace {

using Which = SubscriptionTable::Which;

SubscribeOptions in_group(std::string group) {
  return SubscribeOptions().set_queue_group(std::move(group));
}

std::string restored(SubscriptionTable& table, Which which) {
  ByteBuffer output;
  table.restore(output, which, table.next());
  return std::string(output.view());
}

TEST(SubscriptionTable, RestoresThemInTheirOrder) {
  SubscriptionTable table;
  table.add("a", SubscribeOptions(), nullptr);
  table.add("b.>", in_group("q"), nullptr);
  table.add("c", SubscribeOptions(), nullptr);
  EXPECT_EQ(restored(table, Which::kPlain), "SUB a 2\r\nSUB c 4\r\n");
  EXPECT_EQ(restored(table, Which::kQueueGroups), "SUB b.> q 3\r\n");
}

TEST(SubscriptionTable, WhatWasMadeMeanwhileIsKnownAlready) {
  SubscriptionTable table;
  table.add("before", SubscribeOptions(), nullptr);
  const std::uint64_t end = table.next();
  const auto later = table.add("later", SubscribeOptions(), nullptr);
  later->received = 3;
  ByteBuffer output;
  table.restore(output, Which::kPlain, end);
  EXPECT_EQ(output.view(), "SUB before 2\r\n");
  EXPECT_EQ(later->received_before, 0u);
}

TEST(SubscriptionTable, RestoresWhatIsLeftOfAMaximum) {
  SubscriptionTable table;
  const auto subscription = table.add("a", SubscribeOptions(), nullptr);
  subscription->max = 10;
  subscription->received = 4;
  EXPECT_EQ(restored(table, Which::kPlain), "SUB a 2\r\nUNSUB 2 6\r\n");
}

TEST(SubscriptionTable, WhatIsBeingDrainedIsNotRestored) {
  SubscriptionTable table;
  table.add("a", SubscribeOptions(), nullptr)->unsubscribed = true;
  EXPECT_EQ(restored(table, Which::kPlain), "");
}

TEST(SubscriptionTable, FindsByNumberAndBySubject) {
  SubscriptionTable table;
  const auto plain = table.add("a", SubscribeOptions(), nullptr);
  const auto grouped = table.add("a", in_group("q"), nullptr);
  EXPECT_EQ(*table.find(plain->id), plain);
  EXPECT_EQ(table.find(99), nullptr);
  EXPECT_EQ(table.matching("a", "q").size(), 1u);
  EXPECT_EQ(table.matching("a", "q").front(), grouped);
  table.remove(*plain);
  EXPECT_EQ(table.find(plain->id), nullptr);
  ByteBuffer output;
  table.leave(output);
  EXPECT_EQ(output.view(), "UNSUB 3\r\n");
}

}  // namespace
}  // namespace fairlead::nats
