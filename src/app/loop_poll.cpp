#include "app/loop_poll.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace fairlead {

void LoopPoll::add(Ask ask) {
  Question question;
  question.ask = std::move(ask);
  questions_.push_back(std::move(question));
  loops_.emplace_back();
}

void LoopPoll::ended(std::size_t index) {
  questions_[index].open = false;
  questions_[index].ended = true;
  PolledLoop& loop = loops_[index];
  loop.missing = false;
  loop.last.state = LoopState::kEnded;
  loop.last.connected = false;
  end_round_if_complete();
}

Task<void> LoopPoll::update() {
  const bool first = !asking_;
  if (first) ask_all();
  if (!any_open()) {
    asking_ = false;
    co_return;
  }
  co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  if (!first) co_return;
  asking_ = false;
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    if (!questions_[i].open) continue;
    loops_[i].missing = true;
    ++loops_[i].missed;
  }
}

bool LoopPoll::any_open() const {
  return std::any_of(questions_.begin(), questions_.end(),
                     [](const Question& question) { return question.open; });
}

void LoopPoll::ask_all() {
  asking_ = true;
  timer_.expires_after(patience_);
  for (std::size_t i = 0; i < questions_.size(); ++i) {
    Question& question = questions_[i];
    if (question.open || question.ended) continue;
    question.open = true;
    question.ask([this, i](LoopSnapshot snapshot) {
      boost::asio::post(context_, [this, i, snapshot = std::move(snapshot)]() mutable {
        answered(i, std::move(snapshot));
      });
    });
  }
}

void LoopPoll::answered(std::size_t index, LoopSnapshot snapshot) {
  if (questions_[index].ended) return;
  questions_[index].open = false;
  loops_[index].last = std::move(snapshot);
  loops_[index].missing = false;
  end_round_if_complete();
}

void LoopPoll::end_round_if_complete() {
  // The past, not cancel(): who waits on the timer after this is not to wait either.
  if (asking_ && !any_open()) timer_.expires_at(boost::asio::steady_timer::time_point::min());
}

}  // namespace fairlead
