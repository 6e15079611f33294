#pragma once

#include <type_traits>

#include <absl/status/status.h>

#include "fairlead/context.hpp"
#include "fairlead/detail/handler_traits.hpp"
#include "fairlead/task.hpp"

namespace fairlead::detail {

/// How `Call` can be invoked on a handler class with these arguments: with a Context before them or
/// without, or not at all (void).
template <typename Call, typename Handler, typename... Arguments>
struct StreamInvocation {
  static constexpr bool with_context = std::is_invocable_v<Call, Handler&, Context&, Arguments...>;

  static auto result() {
    if constexpr (with_context) {
      return std::type_identity<std::invoke_result_t<Call, Handler&, Context&, Arguments...>>();
    } else if constexpr (std::is_invocable_v<Call, Handler&, Arguments...>) {
      return std::type_identity<std::invoke_result_t<Call, Handler&, Arguments...>>();
    } else {
      return std::type_identity<void>();
    }
  }
  using Result = TaskResult<typename decltype(result())::type>;
};

/// Whether the function exists, is a coroutine and yields a status or nothing.
template <typename Invocation>
constexpr bool yields_status = Invocation::Result::is_task &&
                               (std::is_same_v<typename Invocation::Result::type, absl::Status> ||
                                std::is_void_v<typename Invocation::Result::type>);

/// Whether it yields what fits_response() asks for.
template <typename Invocation, typename Response, bool kNothing>
constexpr bool yields_response = Invocation::Result::is_task&&
    fits_response<typename Invocation::Result::type, Response, kNothing>;

/// Calls it, as StreamInvocation has found it.
template <typename Call, typename Handler, typename... Arguments>
auto invoke_stream(Handler& handler, Context& context, Arguments&&... arguments) {
  if constexpr (StreamInvocation<Call, Handler, Arguments...>::with_context) {
    return Call()(handler, context, std::forward<Arguments>(arguments)...);
  } else {
    return Call()(handler, std::forward<Arguments>(arguments)...);
  }
}

}  // namespace fairlead::detail
