#include "coroutine.hpp"

Task<Request> returned() {
  co_return Request{co_await read(), 4};  // HAZARD_await_in_braces HAZARD_aggregate_temporary
}

Task<int> initialised() {
  const Request request{co_await read(), co_await number()};  // HAZARD_await_in_braces
  co_return request.count;
}
