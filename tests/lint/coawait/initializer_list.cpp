#include "coroutine.hpp"

Task<int> of_numbers() {
  const int total = co_await sum({1, 2, 3});  // HAZARD_initializer_list
  co_return total;
}

Task<int> of_strings() {
  const int all = co_await join({"a", "b"});  // HAZARD_initializer_list HAZARD_aggregate_temporary
  co_return all;
}
