#include "fairlead/middleware/rate_limit.hpp"

#include <chrono>
#include <optional>

#include <absl/strings/str_cat.h>

#include "fairlead/context.hpp"

#include "middleware/rate_limit/keyed_rates.hpp"
#include "rpc/status_wire.hpp"

namespace fairlead {
namespace {

constexpr std::size_t kMostKeys = 10'000;

std::chrono::nanoseconds interval_of(const RateLimitOptions& options) {
  return std::chrono::nanoseconds(static_cast<std::int64_t>(1e9 / options.calls_per_second()));
}

// One call is always let through; the burst is what may come besides it.
std::chrono::nanoseconds tolerance_of(const RateLimitOptions& options) {
  const double besides = std::max(0.0, options.burst() - 1);
  return std::chrono::nanoseconds(
      static_cast<std::int64_t>(besides * 1e9 / options.calls_per_second()));
}

class RateLimit final : public Middleware {
 public:
  explicit RateLimit(const RateLimitOptions& options)
      : options_(options),
        all_(interval_of(options), tolerance_of(options)),
        keyed_(interval_of(options), tolerance_of(options), kMostKeys) {}

  Task<absl::Status> handle(MiddlewareCall& call, Next next) override {
    const auto wait = take(call);
    if (wait > wait.zero()) co_return too_many(call, wait);
    absl::Status status = co_await next();
    co_return status;
  }

 private:
  std::chrono::nanoseconds take(const MiddlewareCall& call) {
    const auto now = Deadline::Clock::now();
    if (options_.by_caller()) {
      const Identity* const caller = call.context() ? call.context()->identity() : nullptr;
      return keyed_.take(caller ? caller->name() : "", now);
    }
    if (options_.key().empty()) return all_.take(now);
    return keyed_.take(call.metadata().get(options_.key()).value_or(""), now);
  }

  absl::Status too_many(const MiddlewareCall& call, std::chrono::nanoseconds wait) const {
    const auto pushback = std::chrono::ceil<std::chrono::milliseconds>(wait);
    absl::Status status = absl::ResourceExhaustedError(
        absl::StrCat("over the rate limit of ", options_.calls_per_second(),
                     " calls a second; come again in ", pushback.count(), " ms"));
    rpc::set_retry_pushback(status, pushback);
    if (call.side() == CallSide::kClient) rpc::mark_never_ran(status);
    return status;
  }

  const RateLimitOptions options_;
  middleware::Rate all_;
  middleware::KeyedRates keyed_;
};

}  // namespace

std::shared_ptr<Middleware> make_rate_limit(const RateLimitOptions& options) {
  return std::make_shared<RateLimit>(options);
}

}  // namespace fairlead
