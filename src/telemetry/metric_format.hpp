#pragma once

#include <string_view>

namespace fairlead::telemetry {

/// How metrics are written.
enum class MetricFormat {
  kPrometheus,   ///< Prometheus text 0.0.4.
  kOpenMetrics,  ///< OpenMetrics 1.0.0.
};

/// The value of Content-Type.
std::string_view content_type(MetricFormat format);

/// What to write for a client that sent `accept` in its Accept header: OpenMetrics if it names that
/// and wants nothing else more.
MetricFormat choose_metric_format(std::string_view accept);

}  // namespace fairlead::telemetry
