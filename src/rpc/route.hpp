#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include <absl/status/status.h>
#include <google/protobuf/message.h>

#include "fairlead/deadline.hpp"
#include "fairlead/failed_attempt.hpp"
#include "fairlead/metadata.hpp"
#include "fairlead/span.hpp"
#include "fairlead/task.hpp"
#include "fairlead/trace_context.hpp"

#include "rpc/abandonment.hpp"

namespace fairlead::rpc {

class MeasuredCall;

inline const Metadata kNoMetadata;

/// A request on its way out: what a route needs to send it, and a layer to decide about it. All
/// that it points to lives until the call has ended.
struct OutgoingCall {
  std::size_t method = 0;  // its index in the description of the service
  std::string_view subject;
  const Metadata* metadata = &kNoMetadata;  // the caller's
  const google::protobuf::Message* request = nullptr;
  std::size_t size = 0;  // of the request, as ByteSizeLong() just gave it
  Deadline deadline;
  TraceContext trace;                     // where in a trace it is made; may be not valid
  std::string_view trace_state;           // what other tracers have written beside it
  Span* span = nullptr;                   // of the call, for what layers do with it; may be null
  std::chrono::nanoseconds timeout = {};  // until the deadline, when it is sent
  int previous_attempts = 0;
  int attempts = 0;                    // that the caller allows at most; 0: as the policy says
  bool idempotent = false;             // running it twice is as good as once
  Abandonment* abandonment = nullptr;  // may be null
  std::string_view cancel_subject;     // where instances are told that it was given up
  MeasuredCall* measured = nullptr;    // is told what happens to the call; may be null
  std::vector<FailedAttempt>* failed_attempts = nullptr;  // that were made again; may be null

  bool abandoned() const { return abandonment && abandonment->abandoned(); }
  /// When it was sent; nothing if it has no deadline.
  std::optional<Deadline::TimePoint> sent_at() const {
    if (deadline.is_never()) return std::nullopt;
    return deadline.point() - timeout;
  }
};

/// Reads the reply of a call where it lies, before its bytes are gone. Of a call that was repeated
/// each reply is read; the last one counts.
class ReplyReader {
 public:
  virtual ~ReplyReader() = default;
  virtual absl::Status read(std::string_view header, std::string_view payload) = 0;
  /// The same of one within this process, which was never made into bytes.
  virtual absl::Status read_message(std::string_view header,
                                    const google::protobuf::Message& message) {
    return read(header, message.SerializePartialAsString());
  }
};

/// One way to reach a service: what a client core needs to know of it. A layer is one as well: it
/// wraps the route, or the next layer. Used on its loop.
class Route {
 public:
  virtual ~Route() = default;

  /// Sends the request and waits for the reply, which `reader` reads; returns what the reader made
  /// of it, or why there is none: UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, and CANCELLED
  /// if it was abandoned. The header is written anew by each call().
  virtual Task<absl::Status> call(const OutgoingCall& call, ReplyReader& reader) = 0;

  /// Sends a request that wants no reply.
  virtual absl::Status send(const OutgoingCall& call) = 0;
};

}  // namespace fairlead::rpc
