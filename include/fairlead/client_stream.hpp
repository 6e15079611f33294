#pragma once

#include <memory>
#include <optional>
#include <utility>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "fairlead/stream.hpp"
#include "fairlead/task.hpp"

namespace fairlead {

namespace detail {

/// What the caller's ends of streams have in common. It moves and does not copy; letting go of a
/// stream that has not ended cancels it.
class CallerStream {
 public:
  explicit CallerStream(std::shared_ptr<Stream> stream) : stream_(std::move(stream)) {}
  ~CallerStream() {
    if (stream_) stream_->cancel();
  }
  CallerStream(CallerStream&& other) noexcept : stream_(std::move(other.stream_)) {}
  CallerStream& operator=(CallerStream&& other) noexcept {
    std::swap(stream_, other.stream_);
    return *this;
  }

  /// Ends the stream at once with CANCELLED, and the handler's side of it too. Nothing if it has
  /// ended. What has been received and not read is dropped.
  void cancel() { stream_->cancel(); }

  /// The stream with its types erased, which is no longer this object's.
  std::shared_ptr<Stream> release() { return std::move(stream_); }

 protected:
  std::shared_ptr<Stream> stream_;
};

}  // namespace detail

/// The caller's end of a server stream: one request, many responses.
///
///   auto stream = client.List(request);
///   while (auto item = co_await stream.read()) use(*item);
///   absl::Status status = co_await stream.finish();
///
/// Used on the loop of its connection. One read at a time.
template <typename Response>
class ClientReader : public detail::CallerStream {
 public:
  using CallerStream::CallerStream;

  /// Waits for the next response; nothing when no more will come: finish() says why.
  Task<std::optional<Response>> read() {
    const auto stream = stream_;
    std::optional<Response> response(std::in_place);
    const bool found = co_await stream->read(*response);
    if (!found) response.reset();
    co_return response;
  }
  /// The same into a message that is reused; false when no more will come.
  Task<bool> read(Response& response) { return stream_->read(response); }

  /// Waits for the end, dropping responses that have not been read, and returns the status of the
  /// stream.
  Task<absl::Status> finish() { return stream_->finish(); }
};

/// The caller's end of a client stream: many requests, one response.
///
///   auto stream = client.Sum();
///   for (const auto& number : numbers) {
///     absl::Status status = co_await stream.write(number);
///     if (!status.ok()) break;
///   }
///   absl::StatusOr<Total> total = co_await stream.finish();
///
/// Used on the loop of its connection. One write at a time.
template <typename Request, typename Response>
class ClientWriter : public detail::CallerStream {
 public:
  using CallerStream::CallerStream;

  /// Waits until the service has room, and sends a request, which lives until then. Not OK: the
  /// stream takes no more, and finish() says why; but RESOURCE_EXHAUSTED for a message over the
  /// server's max_payload, which ends nothing.
  Task<absl::Status> write(const Request& request) { return stream_->write(request); }

  /// Says that all has been written, and waits for the response.
  Task<absl::StatusOr<Response>> finish() {
    const auto stream = stream_;
    stream->close_writing();
    Response response;
    const bool answered = co_await stream->read(response);
    absl::Status status = co_await stream->finish();
    if (!status.ok()) co_return status;
    if (!answered) co_return absl::InternalError("the service ended the stream without a response");
    co_return response;
  }
};

/// The caller's end of a bidirectional stream: requests and responses as each side likes.
///
/// Used on the loop of its connection. One read and one write at a time, also in two coroutines.
template <typename Request, typename Response>
class ClientReaderWriter : public detail::CallerStream {
 public:
  using CallerStream::CallerStream;

  /// As those of ClientReader.
  Task<std::optional<Response>> read() {
    const auto stream = stream_;
    std::optional<Response> response(std::in_place);
    const bool found = co_await stream->read(*response);
    if (!found) response.reset();
    co_return response;
  }
  Task<bool> read(Response& response) { return stream_->read(response); }

  /// As that of ClientWriter.
  Task<absl::Status> write(const Request& request) { return stream_->write(request); }
  /// Says that all has been written; responses may still come.
  void close_writing() { stream_->close_writing(); }

  /// Waits for the end, dropping responses that have not been read, and returns the status of the
  /// stream. Says that all has been written, if close_writing() has not.
  Task<absl::Status> finish() {
    stream_->close_writing();
    return stream_->finish();
  }
};

}  // namespace fairlead
