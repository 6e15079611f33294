#pragma once

#include <utility>

#include <absl/status/status.h>

#include "fairlead/task.hpp"

#include "core/waiter.hpp"
#include "nats/request_mux.hpp"
#include "rpc/route.hpp"

namespace fairlead::route {

/// A call that waits for its reply: turns the outcome that a RequestMux finds into a status.
class PendingCall : public nats::PendingRequest, public rpc::Abandonment::Waiting {
 public:
  /// Both outlive this object.
  PendingCall(const rpc::OutgoingCall& call, rpc::ReplyReader& reader)
      : call_(call), reader_(reader) {
    if (call_.abandonment) call_.abandonment->attach(this);
  }
  ~PendingCall() override {
    if (call_.abandonment) call_.abandonment->attach(nullptr);
  }

  void on_reply(const nats::MessageView& message) override;
  void on_no_responders() override;
  void on_timeout() override;
  void on_failed(const absl::Status& reason) override;
  void on_abandoned() override;

  bool done() const { return done_; }
  /// It ended because nobody takes such calls where it went: no handler has seen it.
  bool refused() const { return refused_; }
  /// It ended because the way to the service was lost.
  bool lost() const { return lost_; }
  /// It ended because no reply came in time.
  bool late() const { return late_; }
  /// Whether its outcome is still to come. One that has been given up meanwhile ends here.
  bool is_open();
  /// Waits for the outcome of one that is_open(). No coroutine of its own: a call that has ended
  /// at once, as within a loop, does not pay for waiting.
  Task<void> ended() { return finished_.wait(); }
  /// The outcome, once.
  absl::Status take_status() { return std::move(status_); }

 protected:
  void finish(absl::Status status);

 private:
  const rpc::OutgoingCall& call_;
  rpc::ReplyReader& reader_;
  absl::Status status_;
  bool done_ = false;
  bool refused_ = false;
  bool lost_ = false;
  bool late_ = false;
  Waiter finished_;
};

}  // namespace fairlead::route
