#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "discovery/response.hpp"

namespace fairlead::cli {

/// What an instance says of one of its methods, or several say together.
struct EndpointFigures {
  std::uint64_t requests = 0;
  std::uint64_t errors = 0;
  std::chrono::nanoseconds processing_time = std::chrono::nanoseconds::zero();
  std::string last_error;
  // -1: the service does not say.
  std::int64_t in_flight = -1;
  std::int64_t queued = -1;
  std::int64_t limit = -1;
  std::int64_t p50 = -1;
  std::int64_t p99 = -1;

  void add(const EndpointFigures& other);
};

/// Reads them; the service's own figures may have any shape.
EndpointFigures read_figures(const discovery::EndpointStats& endpoint);

/// Nanoseconds for people; empty for -1.
std::string shown_time(std::int64_t nanoseconds);

}  // namespace fairlead::cli
