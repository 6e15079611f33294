#include "app/loop_snapshot.hpp"

#include <algorithm>

#include "rpc/method_server.hpp"

namespace fairlead {
namespace {

// As histograms of methods have them.
std::array<std::uint64_t, kDurationBounds.size()> bounds_in_nanoseconds() {
  std::array<std::uint64_t, kDurationBounds.size()> bounds = kDurationBounds;
  for (std::uint64_t& bound : bounds) bound *= 1000;
  return bounds;
}

}  // namespace

void MethodSnapshot::set_counts(const rpc::MethodStats& stats) {
  by_code = stats.by_code;
  rejected = stats.rejected;
  const auto counts = stats.latency.counts_up_to(bounds_in_nanoseconds());
  std::copy(counts.begin(), counts.end(), duration_counts.begin());
  duration_count = stats.latency.count();
  duration_sum = stats.processing_time;
}

void MethodSnapshot::add(const MethodSnapshot& other) {
  for (std::size_t i = 0; i < by_code.size(); ++i) by_code[i] += other.by_code[i];
  rejected += other.rejected;
  for (std::size_t i = 0; i < duration_counts.size(); ++i) {
    duration_counts[i] += other.duration_counts[i];
  }
  duration_count += other.duration_count;
  duration_sum += other.duration_sum;
  in_flight += other.in_flight;
  queued += other.queued;
  limit += other.limit;
}

MethodSnapshot read_method(std::string_view service, const rpc::MethodServer& server) {
  MethodSnapshot method;
  method.service = service;
  method.method = server.method().name;
  method.set_counts(server.stats());
  method.in_flight = server.gate().running();
  method.queued = server.gate().waiting();
  method.limit = server.gate().limit();
  return method;
}

}  // namespace fairlead
