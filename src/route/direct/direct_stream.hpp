#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <absl/status/status.h>

#include "fairlead/deadline.hpp"
#include "fairlead/task.hpp"

#include "nats/request_mux.hpp"
#include "route/direct/outbound_link.hpp"
#include "route/direct/pool.hpp"
#include "rpc/abandonment.hpp"
#include "rpc/stream_route.hpp"

namespace fairlead::route::direct {

/// A stream's place on a direct link. It keeps the request until the instance has answered: one
/// that does not serve the method, and a link that ends before anything was sent, make the stream
/// take another way.
class DirectStream final : public nats::PendingRequest, public rpc::Reception {
 public:
  /// `other` is the way of streams for which there is no link; null: they have none, and wait until
  /// there is one. It and `receiver` outlive this object, and so does the subject of `request`.
  DirectStream(std::shared_ptr<Pool> pool, rpc::StreamRoute* other,
               const rpc::StreamRequest& request, rpc::FrameReceiver& receiver);
  ~DirectStream() override;

  /// Sends the request over `link`; waits for one if it is null. Once.
  absl::Status open(std::shared_ptr<OutboundLink> link);

  std::shared_ptr<rpc::FrameSink> sink() override;
  bool retire() override;

  // The receiver may end the reception, and so this object, in each of these.
  bool takes_many() const override { return true; }
  void on_reply(const nats::MessageView& message) override;
  void on_no_responders() override;
  void on_timeout() override { receiver_.on_deadline(); }
  void on_failed(const absl::Status& reason) override;

 private:
  struct Search;

  static Task<void> search(std::shared_ptr<Pool> pool, std::shared_ptr<Search> search);
  absl::Status send(std::shared_ptr<OutboundLink> link);
  /// Goes on by the next link or the other way, or ends with `reason`.
  void take_another_way(const absl::Status& reason);
  /// Tells the instance what is left of the time. False if nothing is.
  bool renew_timeout();
  void on_link(std::shared_ptr<OutboundLink> link);

  const std::shared_ptr<Pool> pool_;
  rpc::StreamRoute* const other_;
  rpc::FrameReceiver& receiver_;
  const std::string_view subject_;
  const Deadline deadline_;
  std::string header_;
  std::string payload_;
  bool answered_ = false;
  bool retired_ = false;  // nobody wants it any more
  int searches_ = 0;
  std::shared_ptr<OutboundLink> link_;
  std::uint64_t place_ = 0;                       // of the request, among what the link sends
  std::unique_ptr<rpc::Reception> by_other_way_;  // null: it takes none
  std::shared_ptr<Search> search_;                // while it waits for a link
};

}  // namespace fairlead::route::direct
