#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "nats/request_mux.hpp"
#include "rpc/stream_route.hpp"

namespace fairlead::route {

/// A stream's place in the inbox of a connection.
class PendingStream final : public nats::PendingRequest, public rpc::Reception {
 public:
  /// The first two outlive this object.
  PendingStream(std::string_view subject, rpc::FrameReceiver& receiver,
                std::shared_ptr<rpc::FrameSink> sink)
      : subject_(subject), receiver_(receiver), sink_(std::move(sink)) {}

  std::shared_ptr<rpc::FrameSink> sink() override { return sink_; }
  bool retire() override { return waits(); }

  // The receiver may end the reception, and so this object, in each of these.
  bool takes_many() const override { return true; }
  void on_reply(const nats::MessageView& message) override {
    receiver_.on_frame(message.header, message.payload);
  }
  void on_no_responders() override;
  void on_timeout() override { receiver_.on_deadline(); }
  void on_failed(const absl::Status& reason) override { receiver_.on_failed(reason); }

 private:
  const std::string_view subject_;
  rpc::FrameReceiver& receiver_;
  const std::shared_ptr<rpc::FrameSink> sink_;
};

}  // namespace fairlead::route
