#include "rpc/gradient_limit.hpp"

#include <algorithm>

namespace fairlead::rpc {
namespace {

// Netflix' numbers, but for the length of a window, which is a second there: too long for a queue
// that fills in less.
constexpr auto kWindow = std::chrono::milliseconds(100);
constexpr std::uint64_t kMinSamples = 10;
constexpr int kWarmUp = 10;         // windows
constexpr int kLongWindow = 600;    // windows
constexpr double kTolerance = 1.5;  // so much slower is not slower yet
constexpr double kSmoothing = 0.2;
constexpr double kHeadroom = 4;  // calls that may wait for each other

}  // namespace

GradientLimit::GradientLimit(const AdaptiveLimit& options)
    : options_(options), limit_(options.initial()) {}

bool GradientLimit::on_end(Deadline::Duration taken, std::size_t running, TimePoint now) {
  ++samples_;
  sum_ += static_cast<double>(taken.count());
  most_running_ = std::max(most_running_, running);
  if (now < window_end_ || samples_ < kMinSamples) return false;
  update(sum_ / static_cast<double>(samples_), most_running_);
  window_end_ = now + kWindow;
  samples_ = 0;
  sum_ = 0;
  most_running_ = 0;
  return true;
}

void GradientLimit::update(double taken, std::size_t most_running) {
  taken = std::max(taken, 1.0);
  windows_ = std::min(windows_ + 1, kLongWindow);
  const double weight = windows_ <= kWarmUp ? 1.0 / windows_ : 2.0 / (kLongWindow + 1);
  long_taken_ += (taken - long_taken_) * weight;
  // After a slow while the long average is far too high: let it come back sooner.
  if (long_taken_ / taken > 2) long_taken_ *= 0.9;
  // What is not used says nothing about more.
  if (static_cast<double>(most_running) < limit_ / 2) return;
  const double gradient = std::clamp(kTolerance * long_taken_ / taken, 0.5, 1.0);
  const double wanted = limit_ * gradient + kHeadroom;
  limit_ = std::clamp(limit_ * (1 - kSmoothing) + wanted * kSmoothing,
                      static_cast<double>(options_.min()), static_cast<double>(options_.max()));
}

}  // namespace fairlead::rpc
