#include "coroutine.hpp"

Task<int> named_aggregate(std::string subject) {
  Request request{std::move(subject), 1};
  const int sent = co_await send(std::move(request));
  co_return sent;
}

Task<int> aggregate_of_numbers() {
  const int result = co_await limit({.count = 5, .bytes = 6});
  co_return result;
}

Task<int> class_with_a_constructor() {
  const int first = co_await call(Options("orders", 1));
  const int second = co_await call(Options().set_count(2));
  co_return first + second;
}

Task<int> named_lambda(std::string name) {
  auto size = [name] { return name.size(); };
  const int result = co_await apply(std::move(size));
  co_return result;
}

Task<int> lambda_with_references(std::string name) {
  const int result = co_await apply([&] { return name.size(); });
  co_return result;
}

Task<int> lambda_without_captures() {
  const int result = co_await [](std::string name) -> Task<int> {
    co_return static_cast<int>(name.size());
  }("orders");
  co_return result;
}

Task<std::string> branches(bool fresh, std::string cached) {
  if (!fresh) co_return cached;
  std::string text = co_await read();
  co_return text;
}

Task<Request> one_await_to_a_statement() {
  std::string subject = co_await read();
  const int count = co_await number();
  co_return Request{std::move(subject), count};
}

Task<int> named_list() {
  std::vector<std::string> names = {"a", "b"};
  const int joined = co_await join(std::move(names));
  co_return joined;
}

Task<int> string_temporary(std::string subject) {
  const int sent = co_await call(Options(subject + ".created", 1));
  co_return sent;
}
