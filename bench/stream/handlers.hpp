#pragma once

#include <string>

#include "fairlead/server_stream.hpp"

#include "stream.pb.h"

namespace fairlead::bench {

/// The handlers of bench.Mover.
struct Mover {
  Task<absl::Status> Give(::bench::Order order, ServerWriter<::bench::Chunk>& stream) {
    ::bench::Chunk chunk;
    chunk.set_data(std::string(static_cast<std::size_t>(order.bytes()), 'x'));
    for (std::int64_t i = 0; i < order.messages(); ++i) {
      absl::Status status = co_await stream.write(chunk);
      if (!status.ok()) co_return status;
    }
    co_return absl::OkStatus();
  }

  Task<absl::StatusOr<::bench::Receipt>> Take(ServerReader<::bench::Chunk>& stream) {
    ::bench::Receipt receipt;
    ::bench::Chunk chunk;
    std::int64_t messages = 0;
    bool more = co_await stream.read(chunk);
    while (more) {
      ++messages;
      more = co_await stream.read(chunk);
    }
    if (!stream.status().ok()) co_return stream.status();
    receipt.set_messages(messages);
    co_return receipt;
  }

  Task<absl::Status> Echo(ServerReaderWriter<::bench::Chunk, ::bench::Chunk>& stream) {
    ::bench::Chunk chunk;
    bool more = co_await stream.read(chunk);
    while (more) {
      absl::Status status = co_await stream.write(chunk);
      if (!status.ok()) co_return status;
      more = co_await stream.read(chunk);
    }
    co_return stream.status();
  }
};

}  // namespace fairlead::bench
