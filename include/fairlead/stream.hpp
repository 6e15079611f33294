#pragma once

#include <optional>

#include <absl/status/status.h>
#include <google/protobuf/message.h>

#include "fairlead/task.hpp"

namespace fairlead {

/// One side of a stream with the types of its messages erased. The typed streams of handlers
/// (fairlead/server_stream.hpp) and of clients (fairlead/client_stream.hpp) stand on it; a test of
/// a handler may implement it.
///
/// Used on its loop. One read and one write may be under way at a time, also in two coroutines. A
/// message that is passed lives until the task ends.
class Stream {
 public:
  virtual ~Stream() = default;

  /// Waits for the next message of the other side and fills `message` with it. False when no more
  /// will come: status() says why.
  virtual Task<bool> read(google::protobuf::Message& message) = 0;

  /// Waits until the other side has room and hands the message to the connection. Fails with the
  /// status with which the stream has ended, FAILED_PRECONDITION if it has ended well or after
  /// close_writing(), and RESOURCE_EXHAUSTED for a message over the server's max_payload, which
  /// ends nothing.
  virtual Task<absl::Status> write(const google::protobuf::Message& message) = 0;

  /// Says that no more will be written from here (a client's half close). A service says so by
  /// returning from its handler.
  virtual void close_writing() = 0;

  /// Ends the stream at once, here and on the other side, with CANCELLED. Nothing if it has ended.
  virtual void cancel() = 0;

  /// Waits for the end, dropping what has not been read, and returns status().
  virtual Task<absl::Status> finish() = 0;

  /// How the stream ended; OK while it lasts. In a service, OK after read() has returned false
  /// means that the caller has sent all that it wanted to send.
  virtual absl::Status status() const = 0;
};

}  // namespace fairlead
