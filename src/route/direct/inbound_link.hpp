#pragma once

#include <memory>

#include "route/direct/link.hpp"
#include "route/direct/refusal.hpp"
#include "rpc/stream_route.hpp"

namespace fairlead::route::direct {

class Host;
class Listener;

/// The service's side of a direct link, and where the answers to its caller go.
class InboundLink final : public Link, public rpc::FrameSink {
 public:
  /// The listener outlives it.
  InboundLink(Loop& loop, Listener& listener, bool encrypted);

  // As the sink of replies.
  rpc::RouteKind route() const override { return rpc::RouteKind::kDirect; }
  std::size_t max_reply_size() const override;
  absl::Status send(std::string_view peer, std::string_view header, std::size_t size,
                    absl::FunctionRef<void(char*)> write_payload) override;
  bool is_writable() const override;
  Task<void> written(Waiter& waiter) override { return Link::written(waiter); }

  /// Its ticket has let it in.
  bool was_let_in() const { return let_in_; }

 private:
  absl::StatusOr<std::unique_ptr<nats::TlsEngine>> make_tls() override;
  void on_connect(std::string_view json) override;
  void on_message(const wire::Operation& message) override;
  void on_invalid() override;
  void on_handshake_failed(LinkSession::State state) override;
  bool is_busy() const override { return false; }
  void on_ended(const absl::Status& reason) override;
  void refuse(Refusal refusal);

  Listener& listener_;
  bool let_in_ = false;
  bool refused_ = false;  // and counted as such
  Host* host_ = nullptr;  // the service that its ticket is for, while the link stands
};

}  // namespace fairlead::route::direct
