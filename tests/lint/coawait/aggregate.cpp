#include "coroutine.hpp"

Task<int> designated(std::string subject) {
  co_return co_await send({.subject = subject, .count = 1});  // HAZARD_aggregate_temporary
}

Task<int> named_type() {
  const int sent = co_await send(Request{"orders", 2});  // HAZARD_aggregate_temporary
  co_return sent;
}

Task<int> by_reference() {
  const int sent = co_await send_reference({.subject = "orders"});  // HAZARD_aggregate_temporary
  co_return sent;
}

Task<int> in_a_condition() {
  if (co_await send(Request{"orders", 3}) > 0) co_return 1;  // HAZARD_aggregate_temporary
  co_return 0;
}
