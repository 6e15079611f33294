#include "coroutine.hpp"

Task<std::string> one_arm(bool fresh, std::string cached) {
  std::string text = fresh ? co_await read() : cached;  // HAZARD_conditional_of_class
  co_return text;
}

Task<std::string> both_arms(bool first) {
  co_return first ? co_await read() : co_await read();  // HAZARD_conditional_of_class
}
