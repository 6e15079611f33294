#include "layer/breaker/breaker.hpp"

#include <cmath>

#include "core/strings.hpp"

namespace fairlead::layer {
namespace {

// In tenths of a second, rounded up: nobody needs more, and it is never "0s".
std::string seconds_of(Deadline::Duration duration) {
  const std::chrono::duration<double> seconds = duration;
  return concat(std::ceil(seconds.count() * 10) / 10, "s");
}

}  // namespace

Breaker::Breaker(const BreakerPolicy& policy) : policy_(policy), window_(policy.window()) {}

Breaker::Permit Breaker::ask(TimePoint now) {
  if (state_ == State::kOpen && now >= open_until_) {
    change(State::kHalfOpen);
    probes_started_ = probes_well_ = probes_ill_ = 0;
  }
  switch (state_) {
    case State::kClosed:
      return {true, epoch_};
    case State::kOpen:
      return {false, epoch_};
    case State::kHalfOpen:
      if (probes_started_ >= policy_.probes()) return {false, epoch_};
      ++probes_started_;
      return {true, epoch_};
  }
  return {};
}

void Breaker::report(Permit permit, Verdict verdict, std::string_view failure, TimePoint now) {
  if (permit.epoch != epoch_) return;
  if (state_ == State::kClosed) {
    report_closed(verdict, failure, now);
  } else {
    report_probe(verdict, failure, now);
  }
}

void Breaker::report_closed(Verdict verdict, std::string_view failure, TimePoint now) {
  if (verdict == Verdict::kNone) return;
  window_.add(kCalls, now);
  if (verdict == Verdict::kWell) return;
  window_.add(kFailures, now);
  const std::uint64_t calls = window_.sum(kCalls, now);
  const std::uint64_t failures = window_.sum(kFailures, now);
  if (calls < static_cast<std::uint64_t>(policy_.min_calls())) return;
  if (static_cast<double>(failures) < policy_.failure_ratio() * static_cast<double>(calls)) return;
  open(failures, calls, failure, now);
}

// Decides as soon as the probes that are left could not change the decision.
void Breaker::report_probe(Verdict verdict, std::string_view failure, TimePoint now) {
  const double ill_enough = policy_.failure_ratio() * policy_.probes();
  switch (verdict) {
    case Verdict::kNone:
      --probes_started_;
      return;
    case Verdict::kIll:
      ++probes_ill_;
      if (probes_ill_ >= ill_enough) {
        open(static_cast<std::uint64_t>(probes_ill_),
             static_cast<std::uint64_t>(probes_ill_ + probes_well_), failure, now);
      }
      return;
    case Verdict::kWell:
      ++probes_well_;
      if (policy_.probes() - probes_well_ < ill_enough) {
        window_.clear();
        change(State::kClosed);
      }
      return;
  }
}

void Breaker::open(std::uint64_t failures, std::uint64_t calls, std::string_view failure,
                   TimePoint now) {
  reason_ = concat(failures, " of ", calls,
                   state_ == State::kHalfOpen ? " calls that tried again"
                                              : concat(" calls in ", seconds_of(policy_.window())),
                   " failed, the last with \"", failure, "\"");
  open_until_ = now + policy_.open_time();
  change(State::kOpen);
}

void Breaker::change(State state) {
  state_ = state;
  ++epoch_;
}

std::string Breaker::describe(TimePoint now) {
  switch (state_) {
    case State::kClosed:
      return "is closed";
    case State::kOpen:
      return concat("is open for another ", seconds_of(open_until_ - now), ": ", reason_);
    case State::kHalfOpen:
      return concat("is half open and waits for ", probes_started_ - probes_well_ - probes_ill_,
                    " calls that try again; it had opened because ", reason_);
  }
  return "";
}

}  // namespace fairlead::layer
