#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <string_view>

#include "fairlead/deadline.hpp"
#include "fairlead/identity.hpp"
#include "fairlead/logger.hpp"
#include "fairlead/metadata.hpp"
#include "fairlead/metrics.hpp"
#include "fairlead/span.hpp"

namespace fairlead {

class Channel;
struct MethodDescription;
namespace nats {
class Connection;
}

/// What a handler may know about the call that it serves. It belongs to the call and is gone when
/// the handler returns; keep no reference to it.
///
/// A plain handler uses it from its worker thread, a coroutine handler from its loop; cancelled()
/// may be asked from any thread. For tests of handlers a default-made Context serves: no deadline,
/// no metadata, no connection, a logger that drops everything.
class Context {
 public:
  Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  /// When the caller stops waiting. The caller gets DEADLINE_EXCEEDED at that moment, whether the
  /// handler has ended or not.
  Deadline deadline() const { return deadline_; }

  /// Whether nobody waits for the result any more: the caller has given the call up, the deadline
  /// has passed or the service has been told to end at once. Calls that the handler has made end
  /// with CANCELLED then. Long work looks here now and then.
  bool cancelled() const { return cancelled_.load(std::memory_order_relaxed); }

  /// The caller's metadata.
  const Metadata& metadata() const { return metadata_; }

  /// Travels to the caller with the reply, also with a failure.
  Metadata& reply_metadata() { return reply_metadata_; }

  /// Where the caller waits for the reply: a subject of its inbox, in NATS' terms. Empty for
  /// one-way calls. It is no name of the call, for later ones may have the same.
  std::string_view peer() const { return peer_; }

  /// Who the caller is. Null unless an Authentication, or another middleware, has found out.
  const Identity* identity() const { return identity_ ? &*identity_ : nullptr; }

  /// How often this call was tried before (0: this is the first attempt).
  int previous_attempts() const { return previous_attempts_; }

  /// The method that is called. Null in a Context made by hand.
  const MethodDescription* method() const { return method_; }

  /// The call in its trace: for attributes, events and spans of one's own below it. Records nothing
  /// if nobody traces the call.
  Span& span() { return span_; }

  /// A logger with service, method and instance as fields, and where the call stands in its trace.
  const Logger& logger() const { return logger_; }

  /// Records metrics of one's own, which `--metrics` shows. In a Context made by hand it drops
  /// them.
  const Metrics& metrics() const { return metrics_; }

  /// For clients with which the handler calls on: `users::UsersClient(*context.channel())`. A
  /// coroutine handler uses clients that are awaited, a plain handler blocking ones. Null in a
  /// Context made by hand.
  const Channel* channel() const { return channel_; }

  /// The NATS connection of the service, also if the call came another way; null if it has none.
  nats::Connection* connection() const { return connection_; }

 private:
  friend class ContextAccess;

  Deadline deadline_;
  std::atomic<bool> cancelled_ = false;
  Metadata metadata_;
  Metadata reply_metadata_;
  std::string peer_;
  std::optional<Identity> identity_;
  int previous_attempts_ = 0;
  const MethodDescription* method_ = nullptr;
  Span span_;
  Logger logger_;
  Metrics metrics_;
  const Channel* channel_ = nullptr;
  nats::Connection* connection_ = nullptr;
};

}  // namespace fairlead
