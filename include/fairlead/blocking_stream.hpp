#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "fairlead/loop.hpp"
#include "fairlead/stream.hpp"

namespace fairlead {

namespace detail {

/// What the caller's ends of blocking streams have in common: as CallerStream, on a loop that runs
/// on another thread.
class BlockingStream {
 public:
  /// `open` opens the stream; it is called on the loop.
  BlockingStream(Loop& loop, const std::function<std::shared_ptr<Stream>()>& open);
  ~BlockingStream();
  BlockingStream(BlockingStream&& other) noexcept
      : loop_(other.loop_),
        stream_(std::move(other.stream_)),
        open_status_(std::move(other.open_status_)) {}
  BlockingStream& operator=(BlockingStream&&) = delete;

  /// As that of CallerStream.
  void cancel();

 protected:
  bool read_message(google::protobuf::Message& message);
  absl::Status write_message(const google::protobuf::Message& message);
  void close();
  absl::Status wait_for_end();

 private:
  Loop* loop_;
  std::shared_ptr<Stream> stream_;
  absl::Status open_status_;
};

}  // namespace detail

/// ClientReader for programs without coroutines. Used on any one thread but that of the loop.
template <typename Response>
class BlockingReader : public detail::BlockingStream {
 public:
  using BlockingStream::BlockingStream;

  /// Waits for the next response; nothing when no more will come: finish() says why.
  std::optional<Response> read() {
    std::optional<Response> response(std::in_place);
    if (!read_message(*response)) response.reset();
    return response;
  }
  /// The same into a message that is reused; false when no more will come.
  bool read(Response& response) { return read_message(response); }

  /// Waits for the end, dropping responses that have not been read, and returns the status of the
  /// stream.
  absl::Status finish() { return wait_for_end(); }
};

/// ClientWriter for programs without coroutines. Used on any one thread but that of the loop.
template <typename Request, typename Response>
class BlockingWriter : public detail::BlockingStream {
 public:
  using BlockingStream::BlockingStream;

  /// Waits until the service has room, and sends a request. Not OK: see ClientWriter::write().
  absl::Status write(const Request& request) { return write_message(request); }

  /// Says that all has been written, and waits for the response.
  absl::StatusOr<Response> finish() {
    close();
    Response response;
    const bool answered = read_message(response);
    absl::Status status = wait_for_end();
    if (!status.ok()) return status;
    if (!answered) return absl::InternalError("the service ended the stream without a response");
    return response;
  }
};

/// ClientReaderWriter for programs without coroutines. Used on any threads but that of the loop:
/// one may read while another writes.
template <typename Request, typename Response>
class BlockingReaderWriter : public detail::BlockingStream {
 public:
  using BlockingStream::BlockingStream;

  /// As those of BlockingReader.
  std::optional<Response> read() {
    std::optional<Response> response(std::in_place);
    if (!read_message(*response)) response.reset();
    return response;
  }
  bool read(Response& response) { return read_message(response); }

  /// As that of BlockingWriter.
  absl::Status write(const Request& request) { return write_message(request); }
  /// Says that all has been written; responses may still come.
  void close_writing() { close(); }

  /// Waits for the end, dropping responses that have not been read, and returns the status of the
  /// stream. Says that all has been written, if close_writing() has not.
  absl::Status finish() {
    close();
    return wait_for_end();
  }
};

}  // namespace fairlead
