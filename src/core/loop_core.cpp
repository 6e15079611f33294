#include "core/loop_core.hpp"

namespace fairlead {

LoopCore::LoopCore() : context_(1), wheel_(now()), timer_(context_) {}

LoopCore::~LoopCore() = default;

void LoopCore::arm(DeadlineNode& node, Deadline deadline) {
  wheel_.arm(node, deadline);
  if (deadline.is_never() || advancing_) return;
  // The timer is only ever moved forward: a deadline that is met leaves it where it is.
  if (!scheduled_ || deadline.point() < *scheduled_) schedule();
}

void LoopCore::schedule() {
  scheduled_ = wheel_.next_wake();
  if (!scheduled_) return;
  timer_.expires_at(*scheduled_);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) on_timer();
  });
}

void LoopCore::on_timer() {
  scheduled_.reset();
  advancing_ = true;
  wheel_.advance(now());
  advancing_ = false;
  schedule();
}

void LoopCore::run() {
  const std::thread::id before = running_on_.exchange(std::this_thread::get_id());
  context_.run();
  running_on_.store(before);
}

}  // namespace fairlead
