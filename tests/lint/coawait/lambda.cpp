#include "coroutine.hpp"

Task<int> passed_as_a_temporary(std::string name) {
  const int result = co_await apply([name] { return name.size(); });  // HAZARD_capturing_lambda
  co_return result;
}

Task<int> captured_by_move(std::string name) {
  co_return co_await apply(
      [moved = std::move(name)] { return moved.size(); });  // HAZARD_capturing_lambda
}

Task<int> called_at_once(std::string name) {
  const int result = co_await [name]() -> Task<int> {  // HAZARD_capturing_lambda
    co_return static_cast<int>(name.size());
  }();
  co_return result;
}
