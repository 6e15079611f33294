#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/json_feed.hpp"
#include "cli/method_call.hpp"
#include "cli/standard_input.hpp"

namespace fairlead::cli {

/// Where the messages of a stream come from.
class RequestSource {
 public:
  virtual ~RequestSource() = default;

  /// The next one; null if there are no more.
  virtual Task<absl::StatusOr<MessagePointer>> next() = 0;
  /// No more are wanted: ends a next() that waits.
  virtual void stop() {}
};

/// Those that are known.
class ListedRequests final : public RequestSource {
 public:
  explicit ListedRequests(std::vector<MessagePointer> requests) : requests_(std::move(requests)) {}

  Task<absl::StatusOr<MessagePointer>> next() override;

 private:
  std::vector<MessagePointer> requests_;
  std::size_t next_ = 0;
};

/// Those that the standard input brings, each as soon as it is there.
class TypedRequests final : public RequestSource {
 public:
  /// `method` outlives it.
  TypedRequests(Loop& loop, FoundMethod& method, std::string source)
      : input_(loop), feed_(source), method_(method), source_(std::move(source)) {}

  Task<absl::StatusOr<MessagePointer>> next() override;
  void stop() override {
    stopped_ = true;
    input_.stop();
  }

 private:
  StandardInput input_;
  bool stopped_ = false;
  JsonFeed feed_;
  FoundMethod& method_;
  std::string source_;
  std::size_t count_ = 0;
  bool ended_ = false;
};

/// All requests that `plan` has for a method, before any is sent: a mistake in line 7 must not
/// leave six calls done. One empty message if none was given.
Task<absl::StatusOr<std::vector<MessagePointer>>> read_requests(Loop& loop, FoundMethod& method,
                                                                MethodPlan plan);

/// The JSON values that `plan` has; `{}` if none was given.
Task<absl::StatusOr<std::vector<std::string>>> read_inputs(Loop& loop, MethodPlan plan);

}  // namespace fairlead::cli
