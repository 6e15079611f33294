#include "telemetry/metric_writer.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>
#include <vector>

namespace fairlead::telemetry {
namespace {

// Whole numbers up to here are exact in a double.
constexpr double kExact = 9007199254740992.0;

void append_count(std::string& text, std::uint64_t count) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), count).ptr;
  text.append(digits.data(), end);
}

void append_number(std::string& text, double value) {
  if (std::isnan(value)) {
    text += "NaN";
  } else if (std::isinf(value)) {
    text += value > 0 ? "+Inf" : "-Inf";
  } else if (value >= 0 && value <= kExact && value == std::floor(value)) {
    append_count(text, static_cast<std::uint64_t>(value));
  } else {
    // Not the shortest in any form, which writes 0.0001 as 1e-04.
    std::array<char, 40> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                   std::chars_format::general)
                         .ptr;
    text.append(digits.data(), end);
  }
}

class Writer {
 public:
  explicit Writer(MetricFormat format) : open_metrics_(format == MetricFormat::kOpenMetrics) {}

  void write(const MetricFamily& family) {
    if (family.samples.empty() && family.histograms.empty()) return;
    write_head(family);
    for (const Sample& sample : family.samples) {
      write_name(family.name, "", sample.labels, {});
      append_number(text_, sample.value);
      text_ += '\n';
    }
    const std::vector<std::string> bounds = write_bounds(family.bounds);
    for (const HistogramSample& sample : family.histograms) {
      write_histogram(family, sample, bounds);
    }
  }

  std::string finish() {
    if (open_metrics_) text_ += "# EOF\n";
    return std::move(text_);
  }

 private:
  void write_head(const MetricFamily& family) {
    std::string_view name = family.name;
    std::string_view type = "gauge";
    switch (family.type) {
      case MetricType::kCounter:
        type = "counter";
        // In OpenMetrics the ending belongs to the sample, not to the family.
        if (open_metrics_ && name.ends_with("_total")) name.remove_suffix(6);
        break;
      case MetricType::kInfo:
        if (!open_metrics_) break;
        type = "info";
        if (name.ends_with("_info")) name.remove_suffix(5);
        break;
      case MetricType::kHistogram:
        type = "histogram";
        break;
      case MetricType::kGauge:
        break;
    }
    write_comment("HELP", name);
    write_help(family.help);
    write_comment("TYPE", name);
    text_ += type;
    text_ += '\n';
    if (!open_metrics_) return;
    for (const std::string_view unit : {"seconds", "bytes"}) {
      if (!name.ends_with(unit)) continue;
      write_comment("UNIT", name);
      text_ += unit;
      text_ += '\n';
    }
  }

  void write_comment(std::string_view what, std::string_view name) {
    text_ += "# ";
    text_ += what;
    text_ += ' ';
    text_ += name;
    text_ += ' ';
  }

  void write_help(std::string_view help) {
    for (const char letter : help) {
      if (letter == '\n') {
        text_ += "\\n";
        continue;
      }
      if (letter == '\\' || (open_metrics_ && letter == '"')) text_ += '\\';
      text_ += letter;
    }
    text_ += '\n';
  }

  // The labels `le` of the buckets.
  std::vector<std::string> write_bounds(const std::vector<double>& bounds) const {
    std::vector<std::string> labels;
    for (const double bound : bounds) {
      std::string label = "le=\"";
      append_number(label, bound);
      // OpenMetrics wants to see that it is no integer.
      if (open_metrics_ && bound == std::floor(bound)) label += ".0";
      labels.push_back(label + '"');
    }
    labels.push_back("le=\"+Inf\"");
    return labels;
  }

  void write_histogram(const MetricFamily& family, const HistogramSample& sample,
                       const std::vector<std::string>& bounds) {
    for (std::size_t i = 0; i < bounds.size(); ++i) {
      write_name(family.name, "_bucket", sample.labels, bounds[i]);
      append_count(text_, i < sample.counts.size() ? sample.counts[i] : sample.count);
      text_ += '\n';
    }
    write_name(family.name, "_sum", sample.labels, {});
    append_number(text_, sample.sum);
    text_ += '\n';
    write_name(family.name, "_count", sample.labels, {});
    append_count(text_, sample.count);
    text_ += '\n';
  }

  void write_name(std::string_view name, std::string_view ending, const Labels& labels,
                  std::string_view further_label) {
    text_ += name;
    text_ += ending;
    if (!labels.text().empty() || !further_label.empty()) {
      text_ += '{';
      text_ += labels.text();
      if (!labels.text().empty() && !further_label.empty()) text_ += ',';
      text_ += further_label;
      text_ += '}';
    }
    text_ += ' ';
  }

  const bool open_metrics_;
  std::string text_;
};

}  // namespace

std::string write_metrics(std::span<const MetricFamily> families, MetricFormat format) {
  Writer writer(format);
  for (const MetricFamily& family : families) writer.write(family);
  return writer.finish();
}

}  // namespace fairlead::telemetry
