#pragma once

#include <string_view>

#include <absl/status/status.h>
#include <google/protobuf/message.h>

#include "fairlead/deadline.hpp"
#include "fairlead/task.hpp"

namespace fairlead::rpc {

/// A request on its way out. All that it points to lives until the call has ended.
struct OutgoingCall {
  std::string_view subject;
  std::string_view header;  // a whole block or empty
  const google::protobuf::Message* request = nullptr;
  std::size_t size = 0;  // of the request, as ByteSizeLong() just gave it
  Deadline deadline;
};

/// Reads the reply of a call where it lies, before its bytes are gone.
class ReplyReader {
 public:
  virtual ~ReplyReader() = default;
  virtual absl::Status read(std::string_view header, std::string_view payload) = 0;
};

/// One way to reach a service: what a client core needs to know of it. Used on its loop.
class Route {
 public:
  virtual ~Route() = default;

  /// Sends the request and waits for the reply, which `reader` reads; returns what the reader made
  /// of it, or why there is none: UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED.
  virtual Task<absl::Status> call(const OutgoingCall& call, ReplyReader& reader) = 0;

  /// Sends a request that wants no reply.
  virtual absl::Status send(const OutgoingCall& call) = 0;
};

}  // namespace fairlead::rpc
