#include "core/loop_core.hpp"

#include <exception>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include "core/call_executor.hpp"
#include "core/manual_time.hpp"
#include "core/manual_time_scope.hpp"

namespace fairlead {
namespace {

// Work on another thread that has taken so long is held to wait for something: for time to move, or
// for the test. Long for a handler of a test, also on a machine that has much to do.
constexpr std::chrono::milliseconds kPatience(200);

}  // namespace

LoopCore::LoopCore(std::shared_ptr<ManualTime> time)
    : time_(std::move(time)), context_(1), wheel_(time_ ? time_->now() : now()), timer_(context_) {
  if (!time_) return;
  time_->set_loop(
      [this](std::function<void()> work) { boost::asio::post(context_, std::move(work)); });
}

LoopCore::~LoopCore() {
  if (time_) time_->set_loop(nullptr);
  const auto residents = residents_;
  for (const auto& resident : residents) resident->shut_down();
  for (const auto& [type, resource] : resources_) resource->shut_down();
  context_.restart();
  while (context_.poll() > 0) context_.restart();
}

void LoopCore::keep(std::shared_ptr<LoopResident> resident, Task<void> task) {
  residents_.insert(resident);
  // It works for nobody, whoever made it.
  const auto executor = executor_for(context_, nullptr);
  boost::asio::co_spawn(executor, std::move(task), [this, resident](std::exception_ptr failure) {
    residents_.erase(resident);
    if (failure) std::rethrow_exception(failure);
  });
}

void LoopCore::arm(DeadlineNode& node, Deadline deadline) {
  wheel_.arm(node, deadline);
  if (deadline.is_never() || advancing_) return;
  // The timer is only ever moved forward: a deadline that is met leaves it where it is.
  if (!scheduled_ || deadline.point() < *scheduled_) schedule();
}

void LoopCore::schedule() {
  if (time_) return;  // run_by_hand() looks by itself
  scheduled_ = wheel_.next_wake();
  if (!scheduled_) return;
  timer_.expires_at(*scheduled_);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) on_timer();
  });
}

void LoopCore::on_timer() {
  scheduled_.reset();
  advance_wheel();
  schedule();
}

void LoopCore::advance_wheel() {
  advancing_ = true;
  wheel_.advance(now());
  advancing_ = false;
}

void LoopCore::run() {
  const std::thread::id before = running_on_.exchange(std::this_thread::get_id());
  if (time_) {
    run_by_hand();
  } else {
    context_.run();
  }
  running_on_.store(before);
}

void LoopCore::run_by_hand() {
  const ManualTimeScope scope(time_.get());
  while (!context_.stopped()) {
    // Asked first: what has ended since then has left its outcome where poll() finds it.
    const bool others_work = time_->works();
    if (context_.poll() > 0) continue;
    if (others_work && time_->wants_to_move()) {
      if (context_.run_one_for(kPatience) == 0) time_->give_up_works();
    } else if (others_work || !move_time()) {
      context_.run_one();
    }
  }
}

// What is due next becomes due, if time may move so far.
bool LoopCore::move_time() {
  if (!time_->move(wheel_.next_wake())) return false;
  advance_wheel();
  return true;
}

}  // namespace fairlead
