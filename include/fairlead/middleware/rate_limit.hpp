#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "fairlead/middleware.hpp"

namespace fairlead {

/// How many calls a rate limit lets through.
class RateLimitOptions {
 public:
  /// So many calls a second, more than 0, on average.
  explicit RateLimitOptions(double calls_per_second)
      : calls_per_second_(calls_per_second), burst_(std::max(1.0, calls_per_second)) {}

  /// So many calls, at least 1, may come at once after a quiet time. Default: those of one second.
  RateLimitOptions& set_burst(double calls) {
    burst_ = calls;
    return *this;
  }
  /// Counts calls apart by the value of this metadata key, such as `tenant`; calls without it share
  /// one count. Default: all together.
  RateLimitOptions& set_key(std::string metadata_key) {
    key_ = std::move(metadata_key);
    return *this;
  }
  /// Counts calls apart by the name of the caller's Identity, which a middleware further out has
  /// found out. Default false.
  RateLimitOptions& set_by_caller(bool by_caller) {
    by_caller_ = by_caller;
    return *this;
  }

  double calls_per_second() const { return calls_per_second_; }
  double burst() const { return burst_; }
  const std::string& key() const { return key_; }
  bool by_caller() const { return by_caller_; }

 private:
  double calls_per_second_;
  double burst_;
  std::string key_;
  bool by_caller_ = false;
};

/// Refuses calls and new streams over a rate with RESOURCE_EXHAUSTED, which tells when to come
/// back. One object has one count, for all that it was added to and over all loops; a count of each
/// method takes an object for each. Where calls are counted apart it knows 10 000 keys; those that
/// come on top while all are busy share a count.
std::shared_ptr<Middleware> make_rate_limit(const RateLimitOptions& options);

}  // namespace fairlead
