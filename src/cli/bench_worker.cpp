#include "cli/bench_worker.hpp"

#include <algorithm>
#include <cmath>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/loop_core.hpp"

namespace fairlead::cli {
namespace {

constexpr auto kAwait = boost::asio::as_tuple(boost::asio::use_awaitable);

// A call that fails sooner has not left this process; the loop must come to do other things.
constexpr std::chrono::microseconds kAtOnce(10);

std::uint64_t share(std::uint64_t whole, std::size_t index, std::size_t count) {
  return std::max<std::uint64_t>(1, whole / count + (index < whole % count ? 1 : 0));
}

}  // namespace

BenchWorker::BenchWorker(const BenchWork& work, std::size_t index, BenchStart& start)
    : work_(work),
      index_(index),
      start_(start),
      in_flight_(share(work.in_flight, index, work.workers)),
      timer_(loop_.core().context()) {
  for (const MessagePointer& request : *work.requests) {
    requests_.emplace_back(request->New());
    requests_.back()->CopyFrom(*request);
  }
}

void BenchWorker::run() {
  loop_.run(work());
}

void BenchWorker::stop() {
  loop_.post([this] {
    interrupted_ = true;
    if (schedule_) end(Clock::now());
    if (connection_) connection_->close();  // ends what is on its way
  });
}

void BenchWorker::end(Clock::time_point now) {
  schedule_->stop(now);
  timer_.cancel();
}

Task<void> BenchWorker::work() {
  auto connection = co_await nats::Connection::connect(loop_, work_.connect);
  status_ = connection.status();
  start_.arrive_and_wait();
  if (!connection.ok() || interrupted_) co_return;
  connection_ = *connection;
  client_.emplace(*connection, work_.method->service(), ClientOptions().set_route(work_.route));
  const BenchPace& pace = work_.pace;
  std::chrono::nanoseconds delay = {};
  if (pace.rate > 0) {
    const double after = 1e9 * static_cast<double>(index_) / pace.rate;
    delay = std::chrono::nanoseconds(std::llround(after));
  }
  schedule_.emplace(share_of(pace, index_, work_.workers), Clock::now(), delay);
  {
    TaskScope callers(loop_);
    if (schedule_->open()) {
      callers.spawn(keep_pace(callers));
    } else {
      wake(in_flight_, callers);
    }
    co_await callers.join();
  }
  result_.interrupted = interrupted_;
  const auto measured_to = schedule_->complete() ? last_end_ : schedule_->end();
  result_.elapsed = std::max(measured_to - schedule_->measured_from(), Clock::duration::zero());
  if (!schedule_->complete())
    result_.not_sent = schedule_->open() ? schedule_->due(measured_to) : 0;
  count_bytes();
  connection_->close();
}

void BenchWorker::count_bytes() {
  if (!measuring_) return;
  const nats::Statistics now = connection_->statistics();
  result_.bytes_in = now.bytes_in - before_.bytes_in;
  result_.bytes_out = now.bytes_out - before_.bytes_out;
}

/// Gives `count` calls that are due to callers.
void BenchWorker::wake(std::uint64_t count, TaskScope& callers) {
  for (; count > 0; --count) {
    if (!idle_.empty()) {
      Waiter* const waiter = idle_.back();
      idle_.pop_back();
      waiter->wake();
    } else if (callers_ < in_flight_) {
      ++callers_;
      callers.spawn(make_calls());
    } else {
      return;  // all are on their way; who comes back first takes the next
    }
  }
}

Task<void> BenchWorker::keep_pace(TaskScope& callers) {
  // While all callers are busy there is nothing to wake up for.
  constexpr std::chrono::milliseconds kBusy(1);
  auto now = Clock::now();
  while (!schedule_->over(now)) {
    wake(schedule_->due(now), callers);
    if (schedule_->complete()) break;
    auto next = std::max(schedule_->next(), now);
    if (idle_.empty() && callers_ == in_flight_) next = std::max(next, now + kBusy);
    timer_.expires_at(std::min(next, schedule_->end()));
    co_await timer_.async_wait(kAwait);
    now = Clock::now();
  }
  while (!idle_.empty()) wake(1, callers);
}

Task<void> BenchWorker::make_calls() {
  const MessagePointer response = work_.method->new_response();
  Waiter waiter;
  auto now = Clock::now();
  while (!schedule_->over(now)) {
    const auto due = schedule_->take(now);
    if (!due) {
      idle_.push_back(&waiter);
      co_await waiter.wait();
      now = Clock::now();
      continue;
    }
    if (schedule_->complete()) timer_.cancel();  // there will be no next one to wait for
    if (due->counts && !measuring_) {
      measuring_ = true;
      before_ = connection_->statistics();
    }
    const std::uint64_t number = due->number * work_.workers + index_;
    const auto sent = now;
    const google::protobuf::Message& request = *requests_[number % requests_.size()];
    absl::Status status =
        co_await client_->call(work_.method->index(), request, *response, work_.options);
    if (status.ok() && work_.method->method().oneway) {
      status = co_await connection_->flush(work_.wait);
    }
    now = Clock::now();
    if (interrupted_) break;
    if (due->counts) {
      last_end_ = now;
      record(*due, status, sent);
    }
    if (!status.ok() && now - sent < kAtOnce) {
      co_await loop_.sleep(std::chrono::milliseconds(1));
      now = Clock::now();
    }
  }
}

void BenchWorker::record(const BenchSchedule::Call& call, const absl::Status& status,
                         Clock::time_point sent) {
  result_.calls.record(status, last_end_ - call.due);
  if (last_end_ <= schedule_->end()) ++result_.in_time;
  if (schedule_->open()) {
    result_.late.record(static_cast<std::uint64_t>((sent - call.due).count()));
  }
  calls_.store(result_.calls.times().count(), std::memory_order_relaxed);
  failed_.store(result_.calls.failed(), std::memory_order_relaxed);
}

}  // namespace fairlead::cli
