#include <algorithm>
#include <cmath>
#include <utility>

#include "fairlead/metrics.hpp"

#include "core/strings.hpp"

namespace fairlead {
namespace {

constexpr std::size_t kMaxBounds = 64;

bool is_letter(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || letter == '_';
}

bool is_identifier(std::string_view text) {
  return !text.empty() && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char letter) {
           return is_letter(letter) || (letter >= '0' && letter <= '9');
         });
}

// What is wrong with a name; empty if nothing is.
std::string problem_of_name(MetricKind kind, std::string_view name) {
  if (!is_identifier(name)) return "its name may have letters, digits and _ only, no digit first";
  for (const std::string_view prefix : {"fairlead_", "process_"}) {
    if (name.starts_with(prefix))
      return concat("names that begin with ", prefix, " are Fairlead's");
  }
  if (name.ends_with("_total") != (kind == MetricKind::kCounter)) {
    return kind == MetricKind::kCounter ? "the name of a counter ends with _total"
                                        : "only the name of a counter ends with _total";
  }
  for (const std::string_view ending : {"_bucket", "_sum", "_count", "_info", "_created"}) {
    if (name.ends_with(ending)) return concat("no name may end with ", ending);
  }
  return "";
}

std::string problem_of_labels(MetricKind kind, const std::vector<std::string>& labels) {
  for (auto label = labels.begin(); label != labels.end(); ++label) {
    if (!is_identifier(*label) || label->starts_with("__")) {
      return concat("\"", escape(*label),
                    "\" is no name of a label: letters, digits and _, not __ in front");
    }
    if (kind == MetricKind::kHistogram && *label == "le") return "the label le is the buckets'";
    if (std::find(labels.begin(), label, *label) != label) {
      return concat("it has the label ", *label, " twice");
    }
  }
  return "";
}

std::string problem_of_bounds(const std::vector<double>& bounds) {
  if (bounds.size() > kMaxBounds) return concat("it has more than ", kMaxBounds, " buckets");
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    if (!std::isfinite(bounds[i])) return "an end of a bucket is no number";
    if (i > 0 && bounds[i] <= bounds[i - 1]) return "the ends of its buckets do not ascend";
  }
  return "";
}

}  // namespace

MetricDefinition::MetricDefinition(MetricKind kind, std::string name, std::string help,
                                   std::vector<std::string> labels, std::vector<double> bounds,
                                   std::size_t max_series)
    : kind_(kind),
      name_(std::move(name)),
      help_(std::move(help)),
      labels_(std::move(labels)),
      bounds_(std::move(bounds)),
      max_series_(max_series) {
  std::string problem = problem_of_name(kind_, name_);
  if (problem.empty() && help_.empty()) problem = "it has no help";
  if (problem.empty()) problem = problem_of_labels(kind_, labels_);
  if (problem.empty()) problem = problem_of_bounds(bounds_);
  if (problem.empty() && kind_ == MetricKind::kHistogram && bounds_.empty()) {
    problem = "it has no buckets";
  }
  if (problem.empty()) return;
  status_ = absl::InvalidArgumentError(concat("the metric \"", escape(name_), "\": ", problem));
}

CounterMetric::CounterMetric(std::string name, std::string help, std::vector<std::string> labels,
                             std::size_t max_series)
    : MetricDefinition(MetricKind::kCounter, std::move(name), std::move(help), std::move(labels),
                       {}, max_series) {}

GaugeMetric::GaugeMetric(std::string name, std::string help, std::vector<std::string> labels,
                         std::size_t max_series)
    : MetricDefinition(MetricKind::kGauge, std::move(name), std::move(help), std::move(labels), {},
                       max_series) {}

UpDownMetric::UpDownMetric(std::string name, std::string help, std::vector<std::string> labels,
                           std::size_t max_series)
    : MetricDefinition(MetricKind::kUpDown, std::move(name), std::move(help), std::move(labels), {},
                       max_series) {}

std::vector<double> HistogramMetric::durations() {
  return {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
          0.05,   0.1,     0.25,   0.5,   1,      2.5,   5,    10};
}

HistogramMetric::HistogramMetric(std::string name, std::string help,
                                 std::vector<std::string> labels, std::vector<double> bounds,
                                 std::size_t max_series)
    : MetricDefinition(MetricKind::kHistogram, std::move(name), std::move(help), std::move(labels),
                       std::move(bounds), max_series) {}

}  // namespace fairlead
