#pragma once

#include <memory>
#include <string>
#include <vector>

#include "nats/request_mux.hpp"
#include "route/direct/link.hpp"
#include "route/direct/ticket.hpp"
#include "rpc/route.hpp"
#include "rpc/stream_route.hpp"

namespace fairlead::route::direct {

class OutboundLink;

/// Who has opened a link.
class LinkOwner {
 public:
  /// The instance is about to stop.
  virtual void on_link_leaving(OutboundLink& link) = 0;
  /// It has ended; calls that wait on it have not been told yet.
  virtual void on_link_ended(OutboundLink& link) = 0;

 protected:
  ~LinkOwner() = default;
};

/// The caller's side of a direct link: the calls that wait for their replies on it.
class OutboundLink final : public Link, public rpc::FrameSink {
 public:
  /// The owner outlives it.
  OutboundLink(Loop& loop, LinkOwner& owner, const Ticket& ticket, bool encrypted,
               std::size_t max_payload);

  const std::string& instance() const { return ticket_.instance; }
  std::size_t in_flight() const { return requests_.in_flight(); }

  /// Whether more calls may be sent now; else so much waits to be written that the instance is too
  /// slow.
  bool takes_calls() const { return unwritten() <= kMostWaiting; }
  /// The largest message, its header included, that can be sent.
  std::size_t max_payload() const { return max_payload_; }

  // As the sink of the frames of streams.
  rpc::RouteKind route() const override { return rpc::RouteKind::kDirect; }
  std::size_t max_reply_size() const override { return max_payload_; }
  absl::Status send(std::string_view peer, std::string_view header, std::size_t size,
                    absl::FunctionRef<void(char*)> write_payload) override;
  bool is_writable() const override { return is_closed() || unwritten() <= kWritable; }
  Task<void> written(Waiter& waiter) override { return Link::written(waiter); }

  /// Sends a request of `size` bytes, which `write_payload` writes in place; `pending` gets exactly
  /// one outcome, or many replies. The place of the request among all that is sent, for
  /// never_sent(), is returned.
  std::uint64_t start(nats::PendingRequest& pending, std::string_view subject, Deadline deadline,
                      std::string_view header, std::size_t size,
                      absl::FunctionRef<void(char*)> write_payload);
  /// The same with that of a call.
  std::uint64_t start(nats::PendingRequest& pending, const rpc::OutgoingCall& call,
                      std::string_view header);
  /// Nobody waits any more for the replies to `pending`.
  void abandon(nats::PendingRequest& pending) { requests_.abandon(pending); }
  /// Sends a request that wants no reply.
  void send(const rpc::OutgoingCall& call, std::string_view header);
  /// Tells the instance that the call has been given up.
  void cancel(const nats::PendingRequest& pending, const rpc::OutgoingCall& call);
  /// Whether the link has ended before it sent anything of a call.
  bool never_sent(std::uint64_t place) const { return place >= handed(); }

  /// Waits until it is open or has ended.
  Task<void> settled();
  /// It was open once.
  bool was_open() const { return was_open_; }
  /// Why it ended.
  const absl::Status& reason() const { return reason_; }

  /// Subjects of the service that this instance does not serve.
  bool lacks(std::string_view subject) const;
  void set_lacks(std::string_view subject);

  /// What became of a call: whether it failed as if the instance were ill. True if so many have one
  /// after the other that it gets no more.
  bool count(bool failed) {
    if (!failed) {
      failures_ = 0;
      return false;
    }
    if (++failures_ < kFailuresToEject) return false;
    failures_ = 0;  // it comes back, and may fail so often again
    return true;
  }

 private:
  static constexpr std::size_t kMostWaiting = 8 << 20;
  static constexpr std::size_t kWritable = 256 << 10;  // as on a NATS connection
  static constexpr int kFailuresToEject = 5;           // Envoy's consecutive_5xx

  absl::StatusOr<std::unique_ptr<nats::TlsEngine>> make_tls() override;
  void on_message(const wire::Operation& message) override;
  void on_opened() override {
    was_open_ = true;
    settled_.wake_all();
  }
  void on_leaving() override;
  // What was given up without an answer is not told of otherwise.
  void on_second() override { leave_if_done(); }
  bool is_busy() const override { return in_flight() > 0; }
  std::string_view token() const override {
    return session_.encrypted() ? ticket_.token : ticket_.socket_token;
  }
  void on_ended(const absl::Status& reason) override;
  void leave_if_done();

  LinkOwner& owner_;
  const Ticket ticket_;
  const std::size_t max_payload_;
  nats::RequestMux requests_;
  std::vector<std::string> lacking_;
  int failures_ = 0;
  bool was_open_ = false;
  WaiterList settled_;
  absl::Status reason_;
};

}  // namespace fairlead::route::direct
