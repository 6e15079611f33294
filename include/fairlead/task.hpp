#pragma once

#include <boost/asio/awaitable.hpp>

namespace fairlead {

/// A coroutine that yields a T: what every asynchronous function of Fairlead returns and what a
/// coroutine handler returns. Await it with `co_await`; it starts when it is awaited and runs on
/// the loop of the coroutine that awaits it.
///
/// It is Boost.Asio's awaitable, so Asio's own operations can be awaited beside Fairlead's.
/// With g++ 12 keep one `co_await` to a statement and name lambdas and aggregates before passing
/// them: that compiler destroys some temporaries twice (docs/coroutines.md).
template <typename T>
using Task = boost::asio::awaitable<T>;

}  // namespace fairlead
