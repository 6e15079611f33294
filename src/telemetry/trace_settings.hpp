#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fairlead/span.hpp"

#include "telemetry/sampler.hpp"
#include "telemetry/span_batcher.hpp"

namespace fairlead::telemetry {

/// A place that takes OTLP over HTTP.
struct OtlpEndpoint {
  std::string host;
  std::uint16_t port = 0;
  std::string path;
};

/// Reads `http://host[:port][/path]`; nothing if it is not that.
std::optional<OtlpEndpoint> parse_endpoint(std::string_view url);

/// How traces are recorded and exported.
struct TraceSettings {
  bool enabled = false;
  OtlpEndpoint endpoint;
  std::vector<std::pair<std::string, std::string>> headers;  ///< May hold secrets.
  std::chrono::milliseconds timeout{10000};                  ///< Of one request.
  BatchLimits limits;
  Sampler sampler{1, true};
  std::vector<SpanAttribute> resource;  ///< What describes this process.
  std::vector<std::string> warnings;    ///< What was wrong and is ignored.
};

/// Reads OpenTelemetry's environment variables (docs/tracing.md). A value that is wrong is as good
/// as none, as OpenTelemetry asks, with a warning that does not repeat it if it may be secret.
/// `service_name` is the name of the process if no variable gives one.
TraceSettings read_trace_settings(const std::map<std::string, std::string>& environment,
                                  std::string_view service_name);

}  // namespace fairlead::telemetry
