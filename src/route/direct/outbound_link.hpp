#pragma once

#include <memory>
#include <string>
#include <vector>

#include "nats/request_mux.hpp"
#include "route/direct/link.hpp"
#include "route/direct/ticket.hpp"
#include "rpc/route.hpp"

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
class OutboundLink final : public Link {
 public:
  /// The owner outlives it.
  OutboundLink(Loop& loop, LinkOwner& owner, const Ticket& ticket, bool encrypted,
               std::size_t max_payload);

  const std::string& instance() const { return ticket_.instance; }
  std::size_t in_flight() const { return requests_.in_flight(); }

  /// Whether more may be sent now; else so much waits to be written that the instance is too slow.
  bool is_writable() const { return unwritten() <= kMostWaiting; }
  /// The largest message, its header included, that can be sent.
  std::size_t max_payload() const { return max_payload_; }

  /// Sends a call; `pending` gets exactly one outcome. The place of the call among all that is
  /// sent, for never_sent(), is returned.
  std::uint64_t start(nats::PendingRequest& pending, const rpc::OutgoingCall& call,
                      std::string_view header);
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
  static constexpr int kFailuresToEject = 5;  // Envoy's consecutive_5xx

  absl::StatusOr<std::unique_ptr<nats::TlsEngine>> make_tls() override;
  void on_message(const wire::Operation& message) override;
  void on_opened() override {
    was_open_ = true;
    settled_.wake_all();
  }
  void on_leaving() override;
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
