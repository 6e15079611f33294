#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <string>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "fairlead/client.hpp"
#include "fairlead/loop.hpp"
#include "fairlead/task_scope.hpp"

#include "bench/peers/cpp/load.hpp"
#include "calls.fairlead.hpp"

namespace fairlead::bench {

/// Everybody who calls one method, on one loop; counted as the other peers count (load.hpp).
template <typename Request, typename Response>
class Callers {
 public:
  using Clock = peer::Clock;
  using Method = Task<absl::StatusOr<Response>> (calls::CalcClient::*)(const Request&,
                                                                       CallOptions) const;

  /// `expected` is the right answer.
  Callers(Loop& loop, calls::CalcClient client, Method method, Request request, Response expected,
          peer::Plan plan)
      : loop_(loop),
        client_(std::move(client)),
        method_(method),
        request_(std::move(request)),
        expected_(std::move(expected)),
        plan_(plan) {}

  Task<peer::Result> run() {
    plan_.start_now();
    TaskScope scope(loop_);
    scope.spawn(watch_processor());
    if (plan_.open()) {
      co_await start_when_due(scope);
    } else {
      for (int i = 0; i < plan_.callers; ++i) scope.spawn(call_until_end());
    }
    co_await scope.join();
    if (plan_.open()) cpu_ = peer::cpu_seconds() - cpu_before_;
    const std::vector<peer::Tally> tallies = {tally_};
    co_return peer::Result(plan_, tallies, cpu_);
  }

 private:
  // An open loop that waits does so for as long as this, and what is due then starts together; its
  // wait counts. It is what the kernel lets a thread that sleeps be late, as the loads of peers do
  // (PR_SET_TIMERSLACK): a timer of Asio has no such slack, and each call its own wake.
  static constexpr std::chrono::microseconds kPause{50};
  static constexpr int kBurst = 64;  // calls that are started before answers are looked at

  static bool is_same(const calls::CalcResponse& one, const calls::CalcResponse& other) {
    return std::abs(one.result() - other.result()) < 1e-4f;
  }
  static bool is_same(const calls::Payload& one, const calls::Payload& other) {
    return one.data().size() == other.data().size();
  }

  void count(Clock::time_point due, const absl::StatusOr<Response>& reply) {
    if (!reply.ok() && tally_.failed == 0) {
      std::fprintf(stderr, "bench_calls: a call failed: %s\n", reply.status().ToString().c_str());
    }
    tally_.add(plan_, due, reply.ok() && is_same(*reply, expected_));
  }

  Task<void> call_until_end() {
    const CallOptions options;
    Clock::time_point start = Clock::now();
    while (start < plan_.end) {
      const auto reply = co_await (client_.*method_)(request_, options);
      count(start, reply);
      start = tally_.last;
    }
  }

  /// Takes over, when its call has ended, those that had to wait.
  Task<void> call_due(Clock::time_point due) {
    const CallOptions options;
    while (true) {
      const auto reply = co_await (client_.*method_)(request_, options);
      count(due, reply);
      if (waiting_.empty()) break;
      due = waiting_.front();
      waiting_.pop_front();
    }
    --running_;
  }

  Task<void> start_when_due(TaskScope& scope) {
    boost::asio::steady_timer timer(loop_.executor());
    const std::int64_t total = plan_.total();
    int burst = 0;
    for (std::int64_t call = 0; call < total; ++call) {
      const Clock::time_point due = plan_.due(call);
      if (const Clock::time_point now = Clock::now(); now < due) {
        timer.expires_at(std::max(due, now + kPause));
        co_await timer.async_wait(boost::asio::use_awaitable);
        burst = 0;
      } else if (++burst == kBurst) {
        co_await boost::asio::post(loop_.executor(), boost::asio::use_awaitable);
        burst = 0;
      }
      if (running_ < plan_.callers) {
        ++running_;
        scope.spawn(call_due(due));
      } else {
        waiting_.push_back(due);
      }
    }
  }

  Task<void> watch_processor() {
    boost::asio::steady_timer timer(loop_.executor());
    timer.expires_at(plan_.from);
    co_await timer.async_wait(boost::asio::use_awaitable);
    cpu_before_ = peer::cpu_seconds();
    if (plan_.open()) co_return;
    timer.expires_at(plan_.end);
    co_await timer.async_wait(boost::asio::use_awaitable);
    cpu_ = peer::cpu_seconds() - cpu_before_;
  }

  Loop& loop_;
  const calls::CalcClient client_;
  const Method method_;
  const Request request_;
  const Response expected_;
  peer::Plan plan_;
  peer::Tally tally_;
  double cpu_before_ = 0;
  double cpu_ = 0;
  int running_ = 0;                        // of the calls of an open loop
  std::deque<Clock::time_point> waiting_;  // calls that were due while all callers called
};

}  // namespace fairlead::bench
