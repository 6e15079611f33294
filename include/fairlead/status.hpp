#pragma once

#include <chrono>
#include <optional>

#include <absl/status/status.h>
#include <google/protobuf/message.h>

namespace fairlead {

/// Where a status was made.
enum class Origin {
  kLocal,   ///< On this side: a deadline, a lost connection, a message that was never sent.
  kRemote,  ///< On the far side, and it travelled here in a reply.
};

/// Where `status` was made. Retries and logs want to know: a remote status means that an instance
/// has seen the call.
Origin status_origin(const absl::Status& status);

/// Whether the call that ended with `status` may have run. False only if it is known that no
/// handler has seen it: nobody was subscribed, it was never sent, or an instance refused it for
/// lack of room. Such a call may be repeated whatever its method does.
bool may_have_executed(const absl::Status& status);

/// How long the far side asks to wait before the call is repeated. Nothing if it did not say;
/// negative: do not repeat it at all. (gRPC's `grpc-retry-pushback-ms`.)
std::optional<std::chrono::milliseconds> retry_pushback(const absl::Status& status);

/// Attaches `detail` to a status that is not OK. It travels to the caller, as gRPC's status
/// details do. One detail of each message type; a second one replaces the first.
void add_status_detail(absl::Status& status, const google::protobuf::Message& detail);

/// Reads the detail of the type of `detail` into it; false if the status has none, or it does not
/// parse.
bool get_status_detail(const absl::Status& status, google::protobuf::Message& detail);

}  // namespace fairlead
