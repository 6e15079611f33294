#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/status.h>

#include "fairlead/nats/message.hpp"

#include "core/deadline_wheel.hpp"
#include "core/slot_token.hpp"

namespace fairlead::nats {

class RequestMux;

/// One request that waits for its reply. Derive from it; exactly one of the four outcomes is
/// called, unless the object is destroyed first, which abandons the request.
///
/// One that takes many replies gets them until it is abandoned, or one of the other outcomes.
class PendingRequest : public DeadlineNode {
 public:
  ~PendingRequest() override;

  /// Whether more replies are awaited after the first.
  virtual bool takes_many() const { return false; }

  /// Whether it may have a reply subject that another had before it, which left it for others. It
  /// tells in recognises() which replies are its own.
  virtual bool takes_used_subject() const { return false; }
  /// Whether `message` is a reply to it; else it goes on waiting, or has been abandoned here.
  virtual bool recognises(const MessageView&) { return true; }
  /// Whether others may have its reply subject now that its reply has come.
  virtual bool leaves_subject() const { return false; }

  /// The reply; `message` holds until this returns.
  virtual void on_reply(const MessageView& message) = 0;
  /// The server says that nobody is subscribed: the request reached no one.
  virtual void on_no_responders() = 0;
  /// The deadline has passed.
  virtual void on_timeout() = 0;
  /// There will be no reply: the connection was lost, or the server refused the request.
  virtual void on_failed(const absl::Status& reason) = 0;

  /// Has it wait no more: it gets no outcome.
  void abandon();

  /// Whether it has been sent, and has had no outcome.
  bool waits() const { return mux_ != nullptr; }
  /// Whether its reply subject is one that another had before.
  bool has_used_subject() const { return has_used_subject_; }

 private:
  friend class RequestMux;
  void on_deadline() final;

  RequestMux* mux_ = nullptr;
  std::uint32_t slot_ = 0;
  bool has_used_subject_ = false;
  std::string_view subject_;
};

/// Gives each request a reply subject under one wildcard inbox and finds the request of a reply.
///
/// The last token of the subject is the number of a slot and its generation, so finding the request
/// is an array access. The generation grows with each use, so that a late reply to a slot's former
/// user is recognised and dropped. But the subject of a request that leaves it is used again, for a
/// server finds one that it has seen before with much less work; then its next user tells such a
/// reply from its own.
class RequestMux {
 public:
  /// `inbox` is the subject under which nobody else listens, without a dot at its end.
  explicit RequestMux(std::string inbox);

  /// What to subscribe to: `<inbox>.*`.
  const std::string& wildcard() const { return wildcard_; }

  /// What one use of a slot is known by, whether or not its subject had another before.
  struct Ticket {
    std::uint32_t slot = 0;
    std::uint32_t use = 0;
  };

  /// Takes a slot for `request`, sent to `subject`, which must live until its outcome, and returns
  /// its reply subject, which holds until the next open().
  std::string_view open(PendingRequest& request, std::string_view subject);

  /// The reply subject of a request that waits; it holds until the next open() or this again.
  std::string_view reply_of(const PendingRequest& request);
  /// The ticket of a request that waits.
  Ticket ticket(const PendingRequest& request) const;
  /// Whether the request of `ticket` still waits.
  bool waits(Ticket ticket) const;

  /// The tickets of all requests that wait.
  std::vector<Ticket> tickets() const;

  /// Gives the slot back without an outcome.
  void abandon(PendingRequest& request);

  /// Ends the request that `message` answers; false if there is none (it came too late).
  bool deliver(const MessageView& message);

  /// Ends all requests that wait, with on_failed(). Not those that are opened meanwhile.
  void fail_all(const absl::Status& reason);
  /// Ends the one of `ticket`, if it still waits.
  void fail(Ticket ticket, const absl::Status& reason);
  /// Ends those that were sent to `subject`, likewise; how many these were.
  std::size_t fail_subject(std::string_view subject, const absl::Status& reason);
  /// Ends the one that waits at the reply subject `reply`; false if there is none.
  bool fail_reply(std::string_view reply, const absl::Status& reason);

  /// While subscriptions overlap, each reply may come twice, so no subject is left to others. Those
  /// that have been left before the second subscription are safe.
  void begin_overlap() { ++overlaps_; }
  void end_overlap() { --overlaps_; }

  std::size_t in_flight() const { return in_flight_; }

 private:
  struct Slot {
    PendingRequest* request = nullptr;
    std::uint32_t generation = 0;
    std::uint32_t use = 0;  // grows with each
    bool left = false;      // the subject, by its last user
  };

  PendingRequest* take(std::uint32_t slot);
  /// The slot whose user waits for replies to this subject.
  std::optional<std::uint32_t> slot_of(std::string_view reply) const;

  std::string wildcard_;
  std::string reply_;  // the inbox, a dot, room for a token
  std::size_t token_start_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
  std::size_t in_flight_ = 0;
  int overlaps_ = 0;
};

}  // namespace fairlead::nats
