#include "app/loop_poll.hpp"

#include <exception>

#include <boost/asio/co_spawn.hpp>
#include <gtest/gtest.h>

namespace fairlead {
namespace {

using Answer = std::function<void(LoopSnapshot)>;

LoopSnapshot serving() {
  LoopSnapshot snapshot;
  snapshot.state = LoopState::kServing;
  return snapshot;
}

class LoopPollTest : public testing::Test {
 protected:
  // Adds a loop that answers when the test wants it to.
  void add_slow() {
    poll_.add([this](Answer answer) { questions_.push_back(std::move(answer)); });
  }

  void add_quick() {
    poll_.add([](const Answer& answer) { answer(serving()); });
  }

  void start_update() {
    boost::asio::co_spawn(context_, poll_.update(), [this](std::exception_ptr failure) {
      EXPECT_FALSE(failure);
      ++updated_;
    });
  }

  void run() {
    context_.restart();
    context_.run();
  }

  // What can be done without waiting.
  void poll_context() {
    context_.restart();
    context_.poll();
  }

  boost::asio::io_context context_{1};
  LoopPoll poll_{context_, std::chrono::milliseconds(50)};
  std::vector<Answer> questions_;
  int updated_ = 0;
};

TEST_F(LoopPollTest, EndsWhenAllHaveAnswered) {
  add_quick();
  add_slow();
  start_update();
  start_update();
  poll_context();
  EXPECT_EQ(updated_, 0);
  ASSERT_EQ(questions_.size(), 1u) << "who comes later shares the answer";
  questions_[0](serving());
  poll_context();
  EXPECT_EQ(updated_, 2);
  for (const PolledLoop& loop : poll_.loops()) {
    EXPECT_EQ(loop.last.state, LoopState::kServing);
    EXPECT_FALSE(loop.missing);
  }
}

TEST_F(LoopPollTest, WaitsNoLongerThanItsPatienceAndAsksOnlyOnce) {
  add_slow();
  start_update();
  run();
  EXPECT_EQ(updated_, 1);
  EXPECT_TRUE(poll_.loops()[0].missing);
  EXPECT_EQ(poll_.loops()[0].missed, 1u);
  start_update();
  run();
  EXPECT_EQ(questions_.size(), 1u);
  EXPECT_EQ(poll_.loops()[0].missed, 2u);

  questions_[0](serving());  // late
  run();
  EXPECT_FALSE(poll_.loops()[0].missing);
  EXPECT_EQ(poll_.loops()[0].last.state, LoopState::kServing);
  start_update();
  poll_context();
  EXPECT_EQ(questions_.size(), 2u);
}

TEST_F(LoopPollTest, DoesNotWaitForALoopThatHasEnded) {
  add_slow();
  start_update();
  poll_context();
  poll_.ended(0);
  poll_context();
  EXPECT_EQ(updated_, 1);
  start_update();
  poll_context();
  EXPECT_EQ(updated_, 2);
  EXPECT_EQ(questions_.size(), 1u);
  questions_[0](serving());  // its last words, which come too late
  poll_context();
  EXPECT_EQ(poll_.loops()[0].last.state, LoopState::kEnded);
  EXPECT_FALSE(poll_.loops()[0].missing);
}

}  // namespace
}  // namespace fairlead
