// How a link waits for PONGs.
#include "nats/link.hpp"

namespace fairlead::nats {

/// One flush() that waits for its PONG.
class Link::FlushWaiter final : public DeadlineNode {
 public:
  explicit FlushWaiter(Link& link)
      : link_(link), number_(link.flushes_ended_ + link.flushes_.size()) {
    link_.flushes_.push_back(this);
  }
  ~FlushWaiter() override {
    if (number_ < link_.flushes_ended_) return;
    // The PONG will still come, so the place in the queue stays.
    link_.flushes_[number_ - link_.flushes_ended_] = nullptr;
  }
  void on_deadline() override {
    timed_out = true;
    ended.wake();
  }

  Waiter ended;
  bool flushed = false;
  bool timed_out = false;

 private:
  Link& link_;
  const std::uint64_t number_;
};

Link::FlushWaiter* Link::take_flush() {
  FlushWaiter* const waiter = flushes_.front();
  flushes_.pop_front();
  ++flushes_ended_;
  return waiter;
}

void Link::on_flushed() {
  FlushWaiter* const waiter = take_flush();
  if (!waiter) return;
  waiter->flushed = true;
  waiter->ended.wake();
}

void Link::end_flushes() {
  while (!flushes_.empty()) {
    if (FlushWaiter* const waiter = take_flush()) waiter->ended.wake();
  }
}

Task<absl::Status> Link::flush(Deadline deadline) {
  if (!is_open()) co_return absl::UnavailableError("there is no connection to NATS");
  FlushWaiter waiter(*this);
  perform(session_.on_flush());
  loop_.core().arm(waiter, deadline);
  if (!waiter.flushed && !is_closed()) co_await waiter.ended.wait();
  if (waiter.flushed) co_return absl::OkStatus();
  if (waiter.timed_out) {
    co_return absl::DeadlineExceededError("the NATS server did not answer PING in time");
  }
  co_return absl::UnavailableError(
      "the connection to NATS was lost before the server had confirmed; what was sent may have "
      "been lost");
}

}  // namespace fairlead::nats
