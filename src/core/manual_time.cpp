#include "core/manual_time.hpp"

#include <algorithm>
#include <future>
#include <stdexcept>
#include <utility>

#include "core/manual_time_scope.hpp"

namespace fairlead {

void ManualTime::set_loop(Post post) {
  const std::lock_guard lock(mutex_);
  post_ = std::move(post);
}

bool ManualTime::has_loop() const {
  const std::lock_guard lock(mutex_);
  return static_cast<bool>(post_);
}

void ManualTime::advance(Deadline::Duration duration) {
  if (ManualTimeScope::time_here() == this) {
    throw std::logic_error(
        "a handler cannot move the time that it lives in; the test's thread moves it");
  }
  std::promise<void> arrived;
  {
    const std::lock_guard lock(mutex_);
    if (!post_) return set(now() + duration);
    // By way of the loop, behind all that it was given before.
    post_([&] { go(duration, [&] { arrived.set_value(); }); });
  }
  arrived.get_future().wait();
}

bool ManualTime::set_automatic(bool automatic) {
  if (automatic) count_all_works();
  const bool before = automatic_.exchange(automatic, std::memory_order_relaxed);
  const std::lock_guard lock(mutex_);
  if (post_) post_([] {});  // so that it looks
  return before;
}

void ManualTime::go(Deadline::Duration duration, std::function<void()> arrived) {
  count_all_works();
  goal_ = now() + duration;
  arrived_ = std::move(arrived);
}

bool ManualTime::wants_to_move() const {
  return arrived_ || is_free();
}

bool ManualTime::move(std::optional<TimePoint> due) {
  const TimePoint limit = is_free() ? TimePoint::max() : goal_;
  if (due && *due <= limit) {
    set(std::max(*due, now()));
    return true;
  }
  if (!arrived_) return false;
  set(std::max(goal_, now()));
  std::exchange(arrived_, nullptr)();
  return false;
}

ManualTime::Round ManualTime::begin_work() {
  const std::lock_guard lock(mutex_);
  ++works_;
  return round_;
}

void ManualTime::end_work(Round round) {
  const std::lock_guard lock(mutex_);
  --works_;
  if (std::max(round, counted_) < round_) --given_up_;
  if (works_ == given_up_ && post_) post_([] {});  // so that it looks
}

bool ManualTime::works() const {
  const std::lock_guard lock(mutex_);
  return works_ > given_up_;
}

void ManualTime::give_up_works() {
  const std::lock_guard lock(mutex_);
  ++round_;
  given_up_ = works_;
}

void ManualTime::count_all_works() {
  const std::lock_guard lock(mutex_);
  counted_ = round_;
  given_up_ = 0;
}

}  // namespace fairlead
