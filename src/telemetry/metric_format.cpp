#include "telemetry/metric_format.hpp"

#include <algorithm>
#include <charconv>

#include "core/strings.hpp"

namespace fairlead::telemetry {
namespace {

// One entry of an Accept header: `application/openmetrics-text;version=1.0.0;q=0.8`.
struct Accepted {
  std::string_view type;
  std::string_view version;
  double quality = 1;
};

std::string_view without_quotes(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return text;
  return text.substr(1, text.size() - 2);
}

Accepted read_entry(std::string_view entry) {
  Accepted accepted;
  for (const std::string_view part : split(entry, ';')) {
    const std::string_view text = trim(part);
    if (accepted.type.empty()) {
      accepted.type = text;
    } else if (starts_with_ignore_case(text, "version=")) {
      accepted.version = without_quotes(text.substr(8));
    } else if (starts_with_ignore_case(text, "q=")) {
      accepted.quality = 0;  // also where it is not a number
      std::from_chars(text.data() + 2, text.data() + text.size(), accepted.quality);
    }
  }
  return accepted;
}

}  // namespace

std::string_view content_type(MetricFormat format) {
  if (format == MetricFormat::kOpenMetrics) {
    return "application/openmetrics-text; version=1.0.0; charset=utf-8";
  }
  return "text/plain; version=0.0.4; charset=utf-8";
}

MetricFormat choose_metric_format(std::string_view accept) {
  double open_metrics = 0;
  double prometheus = 0;
  for (const std::string_view entry : split(accept, ',')) {
    const Accepted accepted = read_entry(entry);
    if (equals_ignore_case(accepted.type, "application/openmetrics-text")) {
      if (accepted.version.empty() || accepted.version == "1.0.0") {
        open_metrics = std::max(open_metrics, accepted.quality);
      }
    } else if (equals_ignore_case(accepted.type, "text/plain")) {
      prometheus = std::max(prometheus, accepted.quality);
    }
  }
  return open_metrics > 0 && open_metrics >= prometheus ? MetricFormat::kOpenMetrics
                                                        : MetricFormat::kPrometheus;
}

}  // namespace fairlead::telemetry
