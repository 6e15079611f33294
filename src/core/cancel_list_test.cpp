#include "core/cancel_list.hpp"

#include <functional>
#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace fairlead {
namespace {

struct Node final : CancelNode {
  explicit Node(std::function<void()> act) : act_(std::move(act)) {}
  void on_cancel() override {
    const auto act = act_;  // this object may be gone before it has ended
    act();
  }
  std::function<void()> act_;
};

TEST(CancelList, CancelsAllOnceTheOldestFirst) {
  std::string log;
  CancelList list;
  Node a([&] { log += 'a'; });
  Node b([&] { log += 'b'; });
  list.add(a);
  list.add(b);
  list.cancel();
  EXPECT_EQ(log, "ab");
  list.cancel();
  EXPECT_EQ(log, "ab");
  list.add(b);
  list.cancel();
  EXPECT_EQ(log, "abb");
}

TEST(CancelList, WhoHasLeftIsNotCancelled) {
  std::string log;
  CancelList list;
  Node a([&] { log += 'a'; });
  {
    Node gone([&] { log += 'x'; });
    Node left([&] { log += 'y'; });
    list.add(gone);
    list.add(left);
    list.add(a);
    left.leave();
    list.cancel();
    EXPECT_EQ(log, "xa");
    list.add(gone);
  }
  list.cancel();
  EXPECT_EQ(log, "xa");
  list.add(a);
  list.clear();
  list.cancel();
  EXPECT_EQ(log, "xa");
}

TEST(CancelList, WhoIsCancelledMayEndOthersAndTheList) {
  std::string log;
  auto list = std::make_unique<CancelList>();
  std::unique_ptr<Node> second;
  Node first([&] {
    log += '1';
    second.reset();
    list.reset();
  });
  second = std::make_unique<Node>([&] { log += '2'; });
  Node third([&] { log += '3'; });
  list->add(first);
  list->add(*second);
  list->add(third);
  list->cancel();
  EXPECT_EQ(log, "13");
}

TEST(CancelList, WhoIsAddedMeanwhileIsNotCancelled) {
  std::string log;
  CancelList list;
  Node late([&] { log += 'l'; });
  Node first([&] { list.add(late); });
  list.add(first);
  list.cancel();
  EXPECT_EQ(log, "");
  list.cancel();
  EXPECT_EQ(log, "l");
}

}  // namespace
}  // namespace fairlead
