#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "fairlead/detail/stream_traits.hpp"
#include "fairlead/stream.hpp"
#include "fairlead/stream_handler.hpp"

namespace fairlead {

/// What the handler of a server stream writes its responses to.
///
///   Task<absl::Status> List(ListRequest request, ServerWriter<Item>& stream) {
///     for (const Item& item : items_) {
///       absl::Status status = co_await stream.write(item);
///       if (!status.ok()) co_return status;
///     }
///     co_return absl::OkStatus();
///   }
///
/// It belongs to the call and is gone when the handler returns.
template <typename Response>
class ServerWriter {
 public:
  explicit ServerWriter(Stream& stream) : stream_(stream) {}

  /// Waits until the caller has room, and sends a response, which lives until then. Not OK: nobody
  /// wants more, with the reason (CANCELLED, DEADLINE_EXCEEDED, UNAVAILABLE); but
  /// RESOURCE_EXHAUSTED for a message over the server's max_payload, which ends nothing.
  Task<absl::Status> write(const Response& response) { return stream_.write(response); }

 private:
  Stream& stream_;
};

/// What the handler of a client stream reads its requests from.
///
///   Task<absl::StatusOr<Total>> Sum(ServerReader<Number>& stream) {
///     Total total;
///     while (auto number = co_await stream.read()) total.set_sum(total.sum() + number->value());
///     if (!stream.status().ok()) co_return stream.status();
///     co_return total;
///   }
///
/// It belongs to the call and is gone when the handler returns.
template <typename Request>
class ServerReader {
 public:
  explicit ServerReader(Stream& stream) : stream_(stream) {}

  /// Waits for the next request; nothing when no more will come.
  Task<std::optional<Request>> read() {
    std::optional<Request> request(std::in_place);
    const bool found = co_await stream_.read(*request);
    if (!found) request.reset();
    co_return request;
  }
  /// The same into a message that is reused; false when no more will come.
  Task<bool> read(Request& request) { return stream_.read(request); }

  /// After the last request: OK if the caller has sent all that it wanted to send; else why there
  /// are no more (CANCELLED, DEADLINE_EXCEEDED, UNAVAILABLE, DATA_LOSS, INVALID_ARGUMENT).
  absl::Status status() const { return stream_.status(); }

 private:
  Stream& stream_;
};

/// What the handler of a bidirectional stream reads and writes. One read and one write may be under
/// way at a time, also in two coroutines; both have ended when the handler returns.
template <typename Request, typename Response>
class ServerReaderWriter : public ServerReader<Request>, public ServerWriter<Response> {
 public:
  explicit ServerReaderWriter(Stream& stream)
      : ServerReader<Request>(stream), ServerWriter<Response>(stream) {}
};

/// Whether class `Handler` has the method that `Call` names, as the handler of a server stream.
/// With or without the Context; the Task may also yield nothing:
///
///   Task<absl::Status> Method(Context&, Request, ServerWriter<Response>&);
template <typename Call, typename Handler, typename Request, typename Response>
constexpr bool is_server_stream_handler = detail::yields_status<
    detail::StreamInvocation<Call, Handler, Request, ServerWriter<Response>&>>;

/// Likewise of a client stream; where the response has no fields (`kNothing`) the Task may yield
/// absl::Status or nothing:
///
///   Task<Response> Method(Context&, ServerReader<Request>&);
///   Task<absl::StatusOr<Response>> Method(Context&, ServerReader<Request>&);
template <typename Call, typename Handler, typename Request, typename Response, bool kNothing>
constexpr bool is_client_stream_handler =
    detail::yields_response<detail::StreamInvocation<Call, Handler, ServerReader<Request>&>,
                            Response, kNothing>;

/// Likewise of a bidirectional stream; the Task may also yield nothing:
///
///   Task<absl::Status> Method(Context&, ServerReaderWriter<Request, Response>&);
template <typename Call, typename Handler, typename Request, typename Response>
constexpr bool is_bidi_stream_handler = detail::yields_status<
    detail::StreamInvocation<Call, Handler, ServerReaderWriter<Request, Response>&>>;

namespace detail {

/// What the typed handlers of streams have in common.
template <typename Handler, typename Request, typename Response>
class TypedStreamHandler : public StreamHandler {
 public:
  explicit TypedStreamHandler(std::shared_ptr<Handler> handler) : handler_(std::move(handler)) {}

  std::unique_ptr<google::protobuf::Message> new_request() const override {
    return std::make_unique<Request>();
  }
  std::unique_ptr<google::protobuf::Message> new_response() const override {
    return std::make_unique<Response>();
  }

 protected:
  std::shared_ptr<Handler> handler_;
};

template <typename Call, typename Handler, typename Request, typename Response>
class ServerStreamHandler final : public TypedStreamHandler<Handler, Request, Response> {
  using Result =
      typename StreamInvocation<Call, Handler, Request, ServerWriter<Response>&>::Result::type;

 public:
  using TypedStreamHandler<Handler, Request, Response>::TypedStreamHandler;

  Task<absl::Status> handle_stream(Context& context, google::protobuf::Message& request,
                                   Stream& stream) override {
    ServerWriter<Response> writer(stream);
    // The request is given away: a handler that takes it by value or keeps it copies nothing.
    Task<Result> task = invoke_stream<Call, Handler, Request, ServerWriter<Response>&>(
        *this->handler_, context, std::move(static_cast<Request&>(request)), writer);
    if constexpr (std::is_void_v<Result>) {
      co_await std::move(task);
      co_return absl::OkStatus();
    } else {
      absl::Status status = co_await std::move(task);
      co_return status;
    }
  }
};

template <typename Call, typename Handler, typename Request, typename Response>
class ClientStreamHandler final : public TypedStreamHandler<Handler, Request, Response> {
  using Result = typename StreamInvocation<Call, Handler, ServerReader<Request>&>::Result::type;

 public:
  using TypedStreamHandler<Handler, Request, Response>::TypedStreamHandler;

  Task<absl::Status> handle_stream(Context& context, google::protobuf::Message&,
                                   Stream& stream) override {
    ServerReader<Request> reader(stream);
    Task<Result> task =
        invoke_stream<Call, Handler, ServerReader<Request>&>(*this->handler_, context, reader);
    Response response;
    absl::Status status;
    if constexpr (std::is_void_v<Result>) {
      co_await std::move(task);
    } else {
      Result result = co_await std::move(task);
      status = take_result(std::move(result), response);
    }
    if (!status.ok()) co_return status;
    status = co_await stream.write(response);
    co_return status;
  }
};

template <typename Call, typename Handler, typename Request, typename Response>
class BidiStreamHandler final : public TypedStreamHandler<Handler, Request, Response> {
  using Both = ServerReaderWriter<Request, Response>;
  using Result = typename StreamInvocation<Call, Handler, Both&>::Result::type;

 public:
  using TypedStreamHandler<Handler, Request, Response>::TypedStreamHandler;

  Task<absl::Status> handle_stream(Context& context, google::protobuf::Message&,
                                   Stream& stream) override {
    Both both(stream);
    Task<Result> task = invoke_stream<Call, Handler, Both&>(*this->handler_, context, both);
    if constexpr (std::is_void_v<Result>) {
      co_await std::move(task);
      co_return absl::OkStatus();
    } else {
      absl::Status status = co_await std::move(task);
      co_return status;
    }
  }
};

}  // namespace detail

/// Make a handler of a method of `handler`. `Call` is a type that calls it by name, as for
/// make_method_handler().
template <typename Call, typename Request, typename Response, typename Handler>
std::shared_ptr<MethodHandler> make_server_stream_handler(std::shared_ptr<Handler> handler) {
  return std::make_shared<detail::ServerStreamHandler<Call, Handler, Request, Response>>(
      std::move(handler));
}
template <typename Call, typename Request, typename Response, typename Handler>
std::shared_ptr<MethodHandler> make_client_stream_handler(std::shared_ptr<Handler> handler) {
  return std::make_shared<detail::ClientStreamHandler<Call, Handler, Request, Response>>(
      std::move(handler));
}
template <typename Call, typename Request, typename Response, typename Handler>
std::shared_ptr<MethodHandler> make_bidi_stream_handler(std::shared_ptr<Handler> handler) {
  return std::make_shared<detail::BidiStreamHandler<Call, Handler, Request, Response>>(
      std::move(handler));
}

}  // namespace fairlead
