#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "fairlead/deadline.hpp"
#include "fairlead/trace_context.hpp"

#include "core/cancel_list.hpp"

namespace fairlead {

class Tracer;

/// The call that running code serves: what the calls that this code makes inherit from it, without
/// anybody handing it on.
///
/// Each thread knows the one that it works for now. On a loop it changes with each coroutine that
/// is resumed: a Waiter gives it back, and so does the executor of the coroutine
/// (`CallExecutor`), which owns it. Tasks that start others side by side (TaskScope, block_on) give
/// them a fork. One slot of a method has one object for all calls that it serves, one after the
/// other, so nothing is allocated for a call.
class ServedCall : public std::enable_shared_from_this<ServedCall> {
 public:
  ServedCall() = default;
  ServedCall(const ServedCall&) = delete;
  ServedCall& operator=(const ServedCall&) = delete;

  /// The one that this thread works for now; null outside of calls.
  static ServedCall* current() { return current_; }

  /// A call begins, on the loop that serves it.
  void begin(Deadline deadline) {
    deadline_ = deadline;
    cancelled_ = false;
    thread_ = std::this_thread::get_id();
    number_.fetch_add(1, std::memory_order_relaxed);
  }
  /// It has ended: the deadline holds no longer for what goes on nevertheless.
  void end() {
    number_.fetch_add(1, std::memory_order_relaxed);
    made_.clear();
  }

  /// The caller has given the call up: so are the calls made on its behalf. On its loop.
  void cancel() {
    cancelled_ = true;
    made_.cancel();
  }
  /// Whether that has happened. False if the call has ended, or on another thread than that of its
  /// loop.
  bool cancelled() const {
    const ServedCall& call = parent_ ? *parent_ : *this;
    return running() && call.thread_ == std::this_thread::get_id() && call.cancelled_;
  }
  /// Where calls that are made on its behalf are added, to be given up with it. Null if it has
  /// ended, or on another thread than that of its loop.
  CancelList* made() {
    ServedCall& call = parent_ ? *parent_ : *this;
    if (!running() || call.thread_ != std::this_thread::get_id()) return nullptr;
    return &call.made_;
  }

  /// When the caller of the call stops waiting; never, once the call has ended.
  Deadline deadline() const { return running() ? deadline_ : Deadline::never(); }

  /// Whether the call has not ended yet. From any thread.
  bool running() const {
    if (parent_) return parent_->number_.load(std::memory_order_relaxed) == number_;
    return (number_.load(std::memory_order_relaxed) & 1) != 0;
  }

  /// Where in a trace the call stands, also once it has ended; not valid outside of traces.
  const TraceContext& trace() const { return trace_; }
  void set_trace(const TraceContext& trace) { trace_ = trace; }
  /// What travels beside it, for the makers of tracers (`tracestate`); mostly empty.
  const std::string& trace_state() const { return trace_state_; }
  void set_trace_state(std::string_view state) {
    if (!state.empty() || !trace_state_.empty()) trace_state_ = state;
  }

  /// Who records what is done for the call; null: nobody. Set once.
  const std::shared_ptr<Tracer>& tracer() const { return tracer_; }
  void set_tracer(std::shared_ptr<Tracer> tracer) { tracer_ = std::move(tracer); }

  /// The same call for a task of its own, which may outlive it, also on another thread.
  std::shared_ptr<ServedCall> fork();

 private:
  friend class ServingScope;
  static thread_local constinit ServedCall* current_;

  std::atomic<std::uint64_t> number_ = 0;  // odd while a call runs; of a fork: that of its call
  std::shared_ptr<ServedCall> parent_;     // of a fork
  Deadline deadline_;
  TraceContext trace_;
  std::string trace_state_;
  std::thread::id thread_;
  bool cancelled_ = false;
  CancelList made_;  // of calls that have not ended
  std::shared_ptr<Tracer> tracer_;
};

/// Makes a call, or none, the one that this thread works for, until the end of a block. Not for
/// coroutines: a block in one may end on behalf of another.
class ServingScope {
 public:
  explicit ServingScope(ServedCall* call) : before_(ServedCall::current_) {
    ServedCall::current_ = call;
  }
  ~ServingScope() { ServedCall::current_ = before_; }
  ServingScope(const ServingScope&) = delete;
  ServingScope& operator=(const ServingScope&) = delete;

 private:
  ServedCall* const before_;
};

}  // namespace fairlead
