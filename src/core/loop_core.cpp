#include "core/loop_core.hpp"

#include <exception>

#include <boost/asio/co_spawn.hpp>

#include "core/call_executor.hpp"

namespace fairlead {

LoopCore::LoopCore() : context_(1), wheel_(now()), timer_(context_) {}

LoopCore::~LoopCore() {
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
