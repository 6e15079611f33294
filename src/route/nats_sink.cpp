#include "route/nats_sink.hpp"

#include "nats/client.hpp"

namespace fairlead::route {

std::size_t NatsSink::max_reply_size() const {
  return connection_.server_info().max_payload;
}

absl::Status NatsSink::send(std::string_view peer, std::string_view header, std::size_t size,
                            absl::FunctionRef<void(char*)> write_payload) {
  return connection_.client()->publish(peer, "", header, size, write_payload);
}

bool NatsSink::is_writable() const {
  return connection_.client()->is_writable();
}

Task<void> NatsSink::written(Waiter& waiter) {
  return connection_.client()->written(waiter);
}

}  // namespace fairlead::route
