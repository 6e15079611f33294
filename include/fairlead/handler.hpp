#pragma once

#include <memory>
#include <utility>

#include "fairlead/detail/handler_traits.hpp"
#include "fairlead/method_handler.hpp"

namespace fairlead {

/// Whether class `Handler` has the method that `Call` names, with one of the signatures that a
/// handler may have. With or without the Context:
///
///   Response Method(Context&, const Request&);
///   absl::StatusOr<Response> Method(Context&, const Request&);
///   Task<Response> Method(Context&, Request);
///   Task<absl::StatusOr<Response>> Method(Context&, Request);
///
/// and with absl::Status or nothing in place of a Response that has no fields (`kNothing`).
template <typename Call, typename Handler, typename Request, typename Response, bool kNothing>
constexpr bool is_handler = detail::check_handler<Call, Handler, Request, Response, kNothing>();

namespace detail {

template <typename Call, typename Handler, typename Request, typename Response>
class TypedHandler final : public MethodHandler {
  using Result = InvocationResult<Call, Handler, Request>;
  using Answer = typename TaskResult<Result>::type;

 public:
  explicit TypedHandler(std::shared_ptr<Handler> handler) : handler_(std::move(handler)) {}

  bool is_coroutine() const override { return TaskResult<Result>::is_task; }

  std::unique_ptr<google::protobuf::Message> new_request() const override {
    return std::make_unique<Request>();
  }
  std::unique_ptr<google::protobuf::Message> new_response() const override {
    return std::make_unique<Response>();
  }

  absl::Status handle(Context& context, google::protobuf::Message& request,
                      google::protobuf::Message& response) override {
    if constexpr (TaskResult<Result>::is_task) {
      return absl::InternalError("a coroutine handler was called as a plain function");
    } else if constexpr (std::is_void_v<Answer>) {
      invoke(context, request);
      return absl::OkStatus();
    } else {
      return take_result(invoke(context, request), static_cast<Response&>(response));
    }
  }

  Task<absl::Status> handle_async(Context& context, google::protobuf::Message& request,
                                  google::protobuf::Message& response) override {
    if constexpr (!TaskResult<Result>::is_task) {
      co_return absl::InternalError("a plain function was called as a coroutine handler");
    } else if constexpr (std::is_void_v<Answer>) {
      co_await invoke(context, request);
      co_return absl::OkStatus();
    } else {
      Answer answer = co_await invoke(context, request);
      co_return take_result(std::move(answer), static_cast<Response&>(response));
    }
  }

 private:
  // The request is given away: a handler that takes it by value or keeps it copies nothing.
  Result invoke(Context& context, google::protobuf::Message& request) {
    auto& typed = static_cast<Request&>(request);
    if constexpr (takes_context<Call, Handler, Request>) {
      return Call()(*handler_, context, std::move(typed));
    } else {
      return Call()(*handler_, std::move(typed));
    }
  }

  std::shared_ptr<Handler> handler_;
};

}  // namespace detail

/// Makes a MethodHandler of a method of `handler`. `Call` is a type that calls it by name:
///
///   struct AverageCall {
///     template <typename Handler, typename... Arguments>
///     auto operator()(Handler& handler, Arguments&&... arguments) const
///         -> decltype(handler.Average(std::forward<Arguments>(arguments)...));
///   };
template <typename Call, typename Request, typename Response, typename Handler>
std::shared_ptr<MethodHandler> make_method_handler(std::shared_ptr<Handler> handler) {
  return std::make_shared<detail::TypedHandler<Call, Handler, Request, Response>>(
      std::move(handler));
}

}  // namespace fairlead
