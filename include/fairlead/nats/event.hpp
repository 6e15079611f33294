#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "fairlead/deadline.hpp"
#include "fairlead/task.hpp"

namespace fairlead::nats {

/// What happens to a connection.
enum class EventKind {
  kConnected,     ///< The first connection stands.
  kDisconnected,  ///< It was lost; another attempt follows at once.
  kReconnected,   ///< It stands again, all subscriptions restored.
  kLameDuck,      ///< The server is about to stop; the connection moves to another if it knows one.
  kSlowConsumer,  ///< A subscription's queue is full and loses messages; once until it has room.
  kError,         ///< The server refused something (permissions, a subject); the connection lives.
  kClosed,        ///< It is over: closed, drained, or no server took it. The last event.
};

/// `connected`, `slow consumer`, …
std::string_view event_name(EventKind kind);

/// One event.
class Event {
 public:
  explicit Event(EventKind kind) : kind_(kind) {}
  Event(EventKind kind, std::string server, absl::Status status, std::string subject = {})
      : kind_(kind),
        server_(std::move(server)),
        status_(std::move(status)),
        subject_(std::move(subject)) {}

  EventKind kind() const { return kind_; }
  /// `host:port` of the server that it is about; empty if none.
  const std::string& server() const { return server_; }
  /// Why: the loss, the error, the end. OK where there is nothing to say.
  const absl::Status& status() const { return status_; }
  /// The subject of a slow consumer, or that the server quoted in an error; else empty.
  const std::string& subject() const { return subject_; }

 private:
  EventKind kind_;
  std::string server_;
  absl::Status status_;
  std::string subject_;
};

/// For logs and tests: `disconnected 127.0.0.1:4222: UNAVAILABLE: …`.
std::string to_string(const Event& event);

struct EventQueue;

/// The events of a connection, from where the stream was asked for. A handle; copies are the same
/// stream. It keeps the last 1024 events that were not read; older ones are dropped.
class EventStream {
 public:
  /// Waits for the next event. CANCELLED after kClosed, DEADLINE_EXCEEDED if none came by
  /// `deadline`. One waiter at a time, on the connection's loop.
  Task<absl::StatusOr<Event>> next(Deadline deadline = Deadline::never());

 private:
  friend class Connection;
  explicit EventStream(std::shared_ptr<EventQueue> queue) : queue_(std::move(queue)) {}

  std::shared_ptr<EventQueue> queue_;
};

}  // namespace fairlead::nats
