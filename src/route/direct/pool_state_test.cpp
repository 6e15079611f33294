#include "route/direct/pool_state.hpp"

#include <gtest/gtest.h>

#include "core/strings.hpp"

namespace fairlead::route::direct {
namespace {

using std::chrono::seconds;

class Pools : public ::testing::Test {
 protected:
  static std::string show(const PoolState::Steps& steps) {
    std::string text;
    for (const PoolStep& step : steps) append(text, text.empty() ? "" : ", ", to_string(step));
    return text;
  }
  std::string use() { return show(pool_.on_use(now_)); }
  std::string found(const std::vector<std::string>& names) {
    return show(pool_.on_found(names, now_));
  }
  std::string opened(const std::string& name) { return show(pool_.on_opened(name, now_)); }
  std::string after(int time) {
    now_ += seconds(time);
    return show(pool_.on_tick(now_));
  }
  void open(const std::vector<std::string>& names) {
    use();
    found(names);
    for (const std::string& name : names) opened(name);
  }

  PoolState pool_;
  PoolState::TimePoint now_{};
};

TEST_F(Pools, AskAtTheFirstCallAndConnectToWhoAnswers) {
  EXPECT_EQ(after(1), "");
  EXPECT_EQ(use(), "ask");
  EXPECT_FALSE(pool_.settled());
  EXPECT_EQ(use(), "");
  EXPECT_EQ(found({"A", "B"}), "connect A, connect B");
  EXPECT_FALSE(pool_.settled());
  EXPECT_EQ(opened("A"), "");
  EXPECT_EQ(opened("B"), "");
  EXPECT_TRUE(pool_.settled());
}

TEST_F(Pools, ConnectToTheFirstThatAnswersBeforeAllHave) {
  use();
  EXPECT_EQ(show(pool_.on_answer("A", now_)), "connect A");
  EXPECT_EQ(show(pool_.on_answer("A", now_)), "");
  EXPECT_EQ(found({"A", "B"}), "connect B");
}

TEST_F(Pools, NoticeInstancesThatCome) {
  open({"A"});
  EXPECT_EQ(after(4), "");
  EXPECT_EQ(after(1), "ask");
  EXPECT_EQ(after(5), "");  // the answers have not come yet
  EXPECT_EQ(found({"A", "B"}), "connect B");
  EXPECT_EQ(after(5), "ask");
}

TEST_F(Pools, ForgetInstancesThatGo) {
  open({"A", "B"});
  after(5);
  EXPECT_EQ(found({"B"}), "");  // A's link still stands
  EXPECT_EQ(show(pool_.on_lost("A", now_)), "");
  EXPECT_EQ(after(4), "");  // and it is not tried again
  EXPECT_EQ(after(1), "ask");
  EXPECT_EQ(found({"A", "B"}), "connect A");
}

TEST_F(Pools, TryAgainAfterATimeThatDoubles) {
  use();
  EXPECT_EQ(found({"A"}), "connect A");
  for (const int wait : {1, 2, 4, 8, 16, 30, 30}) {
    EXPECT_EQ(show(pool_.on_connect_failed("A", now_)), "");
    for (int i = 1; i < wait; ++i) {
      EXPECT_TRUE(after(1) != "connect A");
      use();
    }
    now_ += seconds(1);
    const std::string steps = show(pool_.on_tick(now_));
    EXPECT_TRUE(steps == "connect A" || steps == "ask, connect A") << wait << ": " << steps;
  }
}

TEST_F(Pools, ConnectAgainToWhatWasLost) {
  open({"A"});
  EXPECT_EQ(show(pool_.on_lost("A", now_)), "");
  EXPECT_TRUE(pool_.settled());
  EXPECT_EQ(after(1), "connect A");
}

TEST_F(Pools, LeaveWhoSaysGoodbye) {
  open({"A", "B"});
  EXPECT_EQ(show(pool_.on_leaving("A")), "eject A");
  EXPECT_EQ(show(pool_.on_lost("A", now_)), "");
  EXPECT_EQ(after(4), "");
}

TEST_F(Pools, EjectWhoseCallsFailForATimeThatGrows) {
  open({"A", "B"});
  EXPECT_EQ(show(pool_.on_failing("A", now_)), "eject A");
  EXPECT_EQ(show(pool_.on_failing("A", now_)), "");
  after(5);
  found({"A", "B"});
  EXPECT_EQ(after(4), "");
  EXPECT_EQ(after(1), "ask, restore A");
  EXPECT_EQ(show(pool_.on_failing("A", now_)), "eject A");
  found({"A", "B"});
  for (int i = 0; i < 19; ++i) EXPECT_TRUE(after(1) == "" || found({"A", "B"}) == "");
  use();
  EXPECT_EQ(after(1), "ask, restore A");
}

TEST_F(Pools, AnEjectedInstanceStaysSoWhenItsLinkIsMadeAnew) {
  open({"A"});
  pool_.on_failing("A", now_);
  pool_.on_lost("A", now_);
  EXPECT_EQ(after(1), "connect A");
  EXPECT_EQ(opened("A"), "eject A");
}

TEST_F(Pools, AskRarelyWhereNobodyTakesLinks) {
  use();
  int questions = 0;
  found({});
  for (int i = 0; i < 100; ++i) {
    use();
    if (after(1) != "ask") continue;
    ++questions;
    if (i % 2 == 0) {
      found({});
    } else {
      pool_.on_ask_failed(now_);
    }
  }
  EXPECT_EQ(questions, 4);  // after 10, 30, 60 and 90 s
}

TEST_F(Pools, AskBeforeTheirTimeForACallThatWaits) {
  use();
  EXPECT_EQ(show(pool_.on_wanted(now_)), "");
  found({});
  EXPECT_EQ(show(pool_.on_wanted(now_)), "");
  now_ += seconds(1);
  EXPECT_EQ(show(pool_.on_wanted(now_)), "ask");
  EXPECT_FALSE(pool_.settled());
  EXPECT_EQ(found({"A"}), "connect A");
  now_ += seconds(1);
  EXPECT_EQ(show(pool_.on_wanted(now_)), "");  // it is being connected to
}

TEST_F(Pools, FallAsleepWithoutCalls) {
  open({"A"});
  now_ += seconds(59);
  EXPECT_NE(show(pool_.on_tick(now_)), "close all");
  EXPECT_EQ(after(1), "close all");
  EXPECT_TRUE(pool_.asleep());
  EXPECT_EQ(show(pool_.on_lost("A", now_)), "");
  EXPECT_EQ(found({"A"}), "");  // the last answer comes late
  EXPECT_EQ(use(), "ask");
}

TEST_F(Pools, AreBoundedInNumberOfLinks) {
  use();
  std::vector<std::string> many;
  for (std::size_t i = 0; i < PoolState::kMostLinks + 10; ++i) many.push_back(concat("I", i));
  EXPECT_EQ(pool_.on_found(many, now_).size(), PoolState::kMostLinks);
}

}  // namespace
}  // namespace fairlead::route::direct
