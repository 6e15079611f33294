#pragma once

#include <type_traits>
#include <utility>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "fairlead/context.hpp"
#include "fairlead/task.hpp"

namespace fairlead::detail {

/// What a Task yields; void for anything else.
template <typename T>
struct TaskResult {
  static constexpr bool is_task = false;
  using type = T;
};
template <typename T>
struct TaskResult<Task<T>> {
  static constexpr bool is_task = true;
  using type = T;
};

/// Whether a handler may return `Result` for a method that answers `Response`. Where there is
/// nothing to answer (google.protobuf.Empty, one-way), a status or nothing will do.
template <typename Result, typename Response, bool kNothingToAnswer>
constexpr bool fits_response = std::is_same_v<Result, Response> ||
                               std::is_same_v<Result, absl::StatusOr<Response>> ||
                               (kNothingToAnswer &&
                                (std::is_same_v<Result, absl::Status> || std::is_void_v<Result>));

/// How `Call` can be invoked on a handler class: with a Context, without, or not at all.
template <typename Call, typename Handler, typename Request>
constexpr bool takes_context = std::is_invocable_v<Call, Handler&, Context&, Request>;
template <typename Call, typename Handler, typename Request>
constexpr bool takes_request = std::is_invocable_v<Call, Handler&, Request>;

template <typename Call, typename Handler, typename Request, bool kWithContext>
struct Invocation {
  using type = std::invoke_result_t<Call, Handler&, Request>;
};
template <typename Call, typename Handler, typename Request>
struct Invocation<Call, Handler, Request, true> {
  using type = std::invoke_result_t<Call, Handler&, Context&, Request>;
};

/// What the handler's function returns.
template <typename Call, typename Handler, typename Request>
using InvocationResult =
    typename Invocation<Call, Handler, Request, takes_context<Call, Handler, Request>>::type;

template <typename Call, typename Handler, typename Request, typename Response, bool kNothing>
constexpr bool check_handler() {
  if constexpr (takes_context<Call, Handler, Request> || takes_request<Call, Handler, Request>) {
    using Result = typename TaskResult<InvocationResult<Call, Handler, Request>>::type;
    return fits_response<Result, Response, kNothing>;
  } else {
    return false;
  }
}

/// Moves what a handler returned into the response message.
template <typename Response>
absl::Status take_result(Response&& result, Response& response) {
  response = std::move(result);
  return absl::OkStatus();
}
template <typename Response>
absl::Status take_result(absl::StatusOr<Response>&& result, Response& response) {
  if (!result.ok()) return std::move(result).status();
  response = *std::move(result);
  return absl::OkStatus();
}
template <typename Response>
absl::Status take_result(absl::Status&& result, Response&) {
  return std::move(result);
}

}  // namespace fairlead::detail
