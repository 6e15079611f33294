#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include <absl/status/statusor.h>
#include <gtest/gtest.h>

#include "fairlead/context.hpp"
#include "fairlead/server_stream.hpp"
#include "fairlead/task.hpp"

#include "stream_probe.fairlead.hpp"

namespace fairlead::testing {

inline probe::v1::Item item(std::int64_t number) {
  probe::v1::Item item;
  item.set_number(number);
  return item;
}

/// For so many items, of so many bytes each.
inline probe::v1::CountRequest count(std::int64_t count, int bytes = 0) {
  probe::v1::CountRequest request;
  request.set_count(count);
  request.set_bytes(bytes);
  return request;
}

/// The handlers of probe.v1.Streams.
class StreamProbe {
 public:
  using Item = probe::v1::Item;
  using Total = probe::v1::Total;

  Task<absl::StatusOr<Item>> Ping(Item item) { co_return item; }

  Task<absl::Status> Count(Context& context, probe::v1::CountRequest request,
                           ServerWriter<Item>& stream) {
    EXPECT_TRUE(context.reply_metadata().add("kind", "count").ok());
    Item item;
    item.set_data(std::string(static_cast<std::size_t>(request.bytes()), 'x'));
    absl::Status status;
    for (std::int64_t i = 1; status.ok() && (request.count() < 0 || i <= request.count()); ++i) {
      item.set_number(i);
      status = co_await stream.write(item);
      if (status.ok()) ++written;
    }
    note(status);
    if (!status.ok()) co_return status;
    co_return absl::Status(static_cast<absl::StatusCode>(request.code()), request.message());
  }

  Task<absl::StatusOr<Total>> Sum(Context& context, ServerReader<Item>& stream) {
    for (const auto& [key, value] : context.metadata()) {
      EXPECT_TRUE(context.reply_metadata().add(key, value).ok());
    }
    Total total;
    while (auto item = co_await stream.read()) {
      total.set_count(total.count() + 1);
      total.set_sum(total.sum() + item->number());
      ++read;
    }
    note(stream.status());
    if (!stream.status().ok()) co_return stream.status();
    co_return total;
  }

  Task<void> Drain(ServerReader<Item>& stream) {
    Item item;
    bool more = true;
    while (more) more = co_await stream.read(item);
  }

  Task<absl::Status> Echo(ServerReaderWriter<Item, Item>& stream) {
    Item item;
    while (true) {
      const bool more = co_await stream.read(item);
      if (!more) break;
      absl::Status status = co_await stream.write(item);
      if (!status.ok()) co_return status;
    }
    co_return stream.status();
  }

  Task<absl::Status> First(ServerReaderWriter<Item, Item>& stream) {
    const auto item = co_await stream.read();
    if (!item) co_return absl::InvalidArgumentError("there is no first item");
    co_return co_await stream.write(*item);
  }

  Task<absl::Status> Throw(Item item, ServerWriter<Item>& stream) {
    absl::Status status = co_await stream.write(item);
    if (status.ok()) throw std::runtime_error("a secret");
    co_return status;
  }

  Task<absl::StatusOr<Total>> Relay(Context& context, probe::v1::CountRequest request) {
    const Span step = step_of(context, request);
    const probe::v1::StreamsClient client(*context.channel());
    auto stream = client.Count(request, CallOptions().set_parent(step));
    Total total;
    while (auto item = co_await stream.read()) total.set_sum(total.sum() + item->number());
    absl::Status status = co_await stream.finish();
    if (!status.ok()) co_return status;
    co_return total;
  }

  absl::StatusOr<Total> RelayBlocking(Context& context, probe::v1::CountRequest request) {
    const Span step = step_of(context, request);
    const probe::v1::StreamsBlockingClient client(*context.channel());
    auto stream = client.Count(request, CallOptions().set_parent(step));
    Total total;
    while (auto item = stream.read()) total.set_sum(total.sum() + item->number());
    if (absl::Status status = stream.finish(); !status.ok()) return status;
    return total;
  }

  Task<absl::Status> Wait(Context& context, ServerReaderWriter<Item, Item>& stream) {
    Item item;
    item.set_number(++started);
    absl::Status status = co_await stream.write(item);
    bool more = true;
    while (more) more = co_await stream.read(item);
    note(stream.status());
    if (context.cancelled()) ++cancelled;
    co_return stream.status();
  }

  /// How handlers have seen their streams end, in that order.
  std::vector<absl::Status> await_ends(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ends_.size() >= count; });
    return ends_;
  }

  std::atomic<std::int64_t> written = 0;
  std::atomic<std::int64_t> read = 0;
  std::atomic<int> started = 0;
  std::atomic<int> cancelled = 0;

 private:
  static Span step_of(Context& context, probe::v1::CountRequest& request) {
    if (request.message().empty()) return Span();
    Span step = context.span().start_child(request.message());
    request.clear_message();
    return step;
  }
  void note(const absl::Status& status) {
    const std::lock_guard lock(mutex_);
    ends_.push_back(status);
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<absl::Status> ends_;
};

}  // namespace fairlead::testing
