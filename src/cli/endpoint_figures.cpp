#include "cli/endpoint_figures.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "cli/format.hpp"

namespace fairlead::cli {
namespace {

/// A whole number out of the service's own figures; -1 if it is not there.
std::int64_t number_at(const nlohmann::json& data, const char* group, const char* key) {
  const nlohmann::json* place = &data;
  for (const char* step : {group, key}) {
    if (step == nullptr) continue;
    if (!place->is_object() || !place->contains(step)) return -1;
    place = &(*place)[step];
  }
  return place->is_number() ? place->get<std::int64_t>() : -1;
}

void add_known(std::int64_t& sum, std::int64_t other) {
  if (other >= 0) sum = std::max<std::int64_t>(sum, 0) + other;
}

}  // namespace

void EndpointFigures::add(const EndpointFigures& other) {
  requests += other.requests;
  errors += other.errors;
  processing_time += other.processing_time;
  if (last_error.empty()) last_error = other.last_error;
  add_known(in_flight, other.in_flight);
  add_known(queued, other.queued);
  add_known(limit, other.limit);
  // Quantiles of several instances cannot be put together; the worst is what one looks for.
  p50 = std::max(p50, other.p50);
  p99 = std::max(p99, other.p99);
}

EndpointFigures read_figures(const discovery::EndpointStats& endpoint) {
  EndpointFigures figures;
  figures.requests = endpoint.num_requests;
  figures.errors = endpoint.num_errors;
  figures.processing_time = endpoint.processing_time;
  figures.last_error = endpoint.last_error;
  const auto data = nlohmann::json::parse(endpoint.data, nullptr, /*allow_exceptions=*/false);
  figures.in_flight = number_at(data, nullptr, "in_flight");
  figures.queued = number_at(data, nullptr, "queued");
  figures.limit = number_at(data, nullptr, "limit");
  figures.p50 = number_at(data, "latency_ns", "p50");
  figures.p99 = number_at(data, "latency_ns", "p99");
  return figures;
}

std::string shown_time(std::int64_t nanoseconds) {
  return nanoseconds < 0 ? std::string() : format_duration(std::chrono::nanoseconds(nanoseconds));
}

}  // namespace fairlead::cli
