#pragma once

#include <string>
#include <utility>

#include <absl/status/status.h>

#include "fairlead/logger.hpp"

#include "rpc/server_call.hpp"
#include "wire/header_writer.hpp"

namespace fairlead::rpc {

/// Writes the replies of a method's calls, one at a time, with buffers that are kept.
class ReplyWriter {
 public:
  explicit ReplyWriter(Logger logger) : logger_(std::move(logger)) {}

  /// The response with its metadata. An error, and nothing is sent, if it cannot be encoded or is
  /// larger than the server takes.
  absl::Status send_response(ServerCall& call);
  /// An error.
  void send_status(ServerCall& call, absl::Status status);

 private:
  /// Begins the header of a reply.
  void start(const ServerCall& call);

  const Logger logger_;
  wire::HeaderWriter headers_;
  std::string json_;
};

}  // namespace fairlead::rpc
