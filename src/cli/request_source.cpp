#include "cli/request_source.hpp"

#include "cli/json_lines.hpp"
#include "core/strings.hpp"

namespace fairlead::cli {
namespace {

Task<absl::StatusOr<std::string>> read_all(Loop& loop) {
  StandardInput input(loop);
  std::string text;
  while (true) {
    const absl::StatusOr<std::string> piece = co_await input.read();
    if (!piece.ok()) co_return piece.status();
    if (piece->empty()) co_return text;
    text += *piece;
  }
}

}  // namespace

Task<absl::StatusOr<MessagePointer>> ListedRequests::next() {
  if (next_ == requests_.size()) co_return MessagePointer();
  co_return std::move(requests_[next_++]);
}

Task<absl::StatusOr<MessagePointer>> TypedRequests::next() {
  while (true) {
    const absl::StatusOr<std::optional<std::string>> value = feed_.next();
    if (!value.ok()) co_return value.status();
    if (*value) co_return method_.request_of(**value, concat(source_, ", value ", ++count_));
    if (ended_) co_return MessagePointer();
    const absl::StatusOr<std::string> piece = co_await input_.read();
    // What was begun until then is no fault of the input.
    if (stopped_) co_return MessagePointer();
    if (!piece.ok()) co_return piece.status();
    feed_.add(*piece);
    if (piece->empty()) {
      ended_ = true;
      feed_.end();
    }
  }
}

Task<absl::StatusOr<std::vector<std::string>>> read_inputs(Loop& loop, MethodPlan plan) {
  if (!plan.from_standard_input) co_return std::move(plan.inputs);
  const absl::StatusOr<std::string> text = co_await read_all(loop);
  if (!text.ok()) co_return text.status();
  co_return split_json(*text, plan.source);
}

Task<absl::StatusOr<std::vector<MessagePointer>>> read_requests(Loop& loop, FoundMethod& method,
                                                                MethodPlan plan) {
  const absl::StatusOr<std::vector<std::string>> inputs = co_await read_inputs(loop, plan);
  if (!inputs.ok()) co_return inputs.status();
  std::vector<MessagePointer> requests;
  for (std::size_t i = 0; i < inputs->size(); ++i) {
    const std::string number = inputs->size() == 1 ? "" : concat(", value ", i + 1);
    absl::StatusOr<MessagePointer> request =
        method.request_of((*inputs)[i], concat(plan.source, number));
    if (!request.ok()) co_return request.status();
    requests.push_back(*std::move(request));
  }
  co_return requests;
}

}  // namespace fairlead::cli
