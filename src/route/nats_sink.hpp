#pragma once

#include "fairlead/nats/connection.hpp"

#include "rpc/stream_route.hpp"

namespace fairlead::route {

/// What is sent goes through a NATS connection.
class NatsSink : public rpc::FrameSink {
 public:
  explicit NatsSink(nats::Connection connection) : connection_(std::move(connection)) {}

  std::size_t max_reply_size() const override;
  absl::Status send(std::string_view peer, std::string_view header, std::size_t size,
                    absl::FunctionRef<void(char*)> write_payload) override;
  bool is_writable() const override;
  Task<void> written(Waiter& waiter) override;

 protected:
  nats::Connection connection_;
};

}  // namespace fairlead::route
