#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fairlead::telemetry {

/// The labels of a sample, written out once for all samples that carry them. No value is empty:
/// one that would be is `unknown`.
class Labels {
 public:
  Labels() = default;

  /// Adds `key="value"`. Keys are letters, digits and `_`, and are not given twice.
  Labels& add(std::string_view key, std::string_view value);

  /// As between the braces: `service="calc.Calc",method="Average"`.
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// What the values of a family mean.
enum class MetricType {
  kCounter,    ///< Only grows; the name ends with `_total`.
  kGauge,      ///< Goes up and down.
  kHistogram,  ///< Counts values by size.
  kInfo,       ///< Always 1, the labels tell; the name ends with `_info`.
};

struct Sample {
  Labels labels;
  double value = 0;
};

struct HistogramSample {
  Labels labels;
  std::vector<std::uint64_t> counts;  ///< Values up to each bound of the family.
  std::uint64_t count = 0;
  double sum = 0;
};

/// All samples of one name.
struct MetricFamily {
  MetricFamily(MetricType its_type, std::string its_name, std::string its_help)
      : type(its_type), name(std::move(its_name)), help(std::move(its_help)) {}

  void add(double value, Labels labels = Labels()) {
    samples.push_back({std::move(labels), value});
  }

  MetricType type;
  std::string name;
  std::string help;
  std::vector<Sample> samples;
  std::vector<double> bounds;  ///< Of a histogram, ascending.
  std::vector<HistogramSample> histograms;
};

}  // namespace fairlead::telemetry
