#pragma once

#include <chrono>
#include <memory>
#include <thread>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "fairlead/service.hpp"
#include "fairlead/task.hpp"

#include "calls.fairlead.hpp"

namespace fairlead::bench {

/// Worker threads of a service: as many as the other peers have for handlers that block.
inline constexpr int kWorkers = 64;

inline calls::CalcResponse average(const calls::AverageRequest& request) {
  float sum = 0;
  for (const float value : request.values()) sum += value;
  calls::CalcResponse response;
  response.set_operation("average");
  response.set_result(request.values().empty() ? 0
                                               : sum / static_cast<float>(request.values_size()));
  return response;
}

/// What blocks is a plain function in any case, and what waits a coroutine.
struct CommonHandlers {
  calls::CalcResponse Block(const calls::AverageRequest& request) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return average(request);
  }
  Task<calls::CalcResponse> Wait(calls::AverageRequest request) {
    const auto executor = co_await boost::asio::this_coro::executor;
    boost::asio::steady_timer timer(executor, std::chrono::milliseconds(500));
    co_await timer.async_wait(boost::asio::use_awaitable);
    co_return average(request);
  }
};

struct CoroutineHandlers : CommonHandlers {
  Task<calls::CalcResponse> Average(calls::AverageRequest request) { co_return average(request); }
  Task<calls::Payload> Echo(calls::Payload request) { co_return request; }
};

struct PlainHandlers : CommonHandlers {
  calls::CalcResponse Average(const calls::AverageRequest& request) { return average(request); }
  calls::Payload Echo(const calls::Payload& request) { return request; }
};

inline Service make_service(bool plain) {
  if (plain) return calls::CalcService::bind(std::make_shared<PlainHandlers>());
  return calls::CalcService::bind(std::make_shared<CoroutineHandlers>());
}

}  // namespace fairlead::bench
