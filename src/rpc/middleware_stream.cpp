#include "rpc/middleware_stream.hpp"

#include <cstddef>

namespace fairlead::rpc {

bool MiddlewareStream::show(const google::protobuf::Message& message, bool leaves) {
  const bool in_client = call_.side() == CallSide::kClient;
  const auto direction =
      leaves == in_client ? MessageDirection::kRequest : MessageDirection::kResponse;
  // The first in the list is the outermost, so a message that comes to a client meets it last.
  const bool in_order = direction == MessageDirection::kRequest;
  const std::size_t count = middlewares_.size();
  for (std::size_t i = 0; i < count && refusal_.ok(); ++i) {
    const auto& middleware = middlewares_[in_order ? i : count - 1 - i];
    refusal_ = middleware->on_message(call_, direction, message);
  }
  if (refusal_.ok()) return true;
  // In a service the status with which the handler returns ends the stream.
  if (in_client) stream_.cancel();
  return false;
}

Task<bool> MiddlewareStream::read(google::protobuf::Message& message) {
  if (!refusal_.ok()) co_return false;
  const bool found = co_await stream_.read(message);
  co_return found&& refusal_.ok() && show(message, false);
}

Task<absl::Status> MiddlewareStream::write(const google::protobuf::Message& message) {
  if (!refusal_.ok() || !show(message, true)) co_return refusal_;
  absl::Status status = co_await stream_.write(message);
  if (!refusal_.ok()) co_return refusal_;
  co_return status;
}

Task<absl::Status> MiddlewareStream::finish() {
  absl::Status status = co_await stream_.finish();
  if (!refusal_.ok()) co_return refusal_;
  co_return status;
}

absl::Status MiddlewareStream::status() const {
  return refusal_.ok() ? stream_.status() : refusal_;
}

}  // namespace fairlead::rpc
