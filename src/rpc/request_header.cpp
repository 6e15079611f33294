#include "rpc/request_header.hpp"

#include <cstring>
#include <string>

#include "rpc/metadata_wire.hpp"
#include "rpc/timeout_wire.hpp"

namespace fairlead::rpc {

RequestHeader::RequestHeader(std::chrono::nanoseconds timeout, const Metadata& metadata,
                             int previous_attempts) {
  TimeoutBuffer timeout_buffer;
  const std::string_view value = format_timeout(timeout, timeout_buffer);
  if (!metadata.empty() || previous_attempts > 0) {
    headers_.add("grpc-timeout", value);
    if (previous_attempts > 0) {
      headers_.add("grpc-previous-rpc-attempts", std::to_string(previous_attempts));
    }
    write_metadata(metadata, headers_);
    block_ = headers_.finish();
    return;
  }
  constexpr std::string_view kStart = "NATS/1.0\r\ngrpc-timeout: ";
  constexpr std::string_view kEnd = "\r\n\r\n";
  static_assert(kStart.size() + sizeof(TimeoutBuffer) + kEnd.size() <= sizeof(buffer_));
  std::size_t size = 0;
  for (const std::string_view piece : {kStart, value, kEnd}) {
    std::memcpy(buffer_ + size, piece.data(), piece.size());
    size += piece.size();
  }
  block_ = std::string_view(buffer_, size);
}

}  // namespace fairlead::rpc
