#include "cli/stats_view.hpp"

#include <algorithm>
#include <tuple>

#include <absl/strings/str_format.h>
#include <nlohmann/json.hpp>

#include "cli/format.hpp"
#include "cli/services.hpp"
#include "core/strings.hpp"

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

std::string shown(std::int64_t nanoseconds) {
  return nanoseconds < 0 ? std::string() : format_duration(std::chrono::nanoseconds(nanoseconds));
}

}  // namespace

void StatsView::Figures::add(const Figures& other) {
  requests += other.requests;
  errors += other.errors;
  processing_time += other.processing_time;
  rate += other.rate;
  if (other.in_flight >= 0) in_flight = std::max<std::int64_t>(in_flight, 0) + other.in_flight;
  // Quantiles of several instances cannot be put together; the worst is what one looks for.
  p50 = std::max(p50, other.p50);
  p99 = std::max(p99, other.p99);
  if (last_error.empty()) last_error = other.last_error;
}

StatsView::Figures StatsView::read(const discovery::StatsResponse& instance,
                                   const discovery::EndpointStats& endpoint, double seconds) {
  Figures figures;
  figures.requests = endpoint.num_requests;
  figures.errors = endpoint.num_errors;
  figures.processing_time = endpoint.processing_time;
  figures.last_error = endpoint.last_error;
  const auto data = nlohmann::json::parse(endpoint.data, nullptr, /*allow_exceptions=*/false);
  figures.in_flight = number_at(data, nullptr, "in_flight");
  figures.p50 = number_at(data, "latency_ns", "p50");
  figures.p99 = number_at(data, "latency_ns", "p99");
  std::uint64_t& seen = seen_[concat(instance.id, " ", endpoint.name, " ", endpoint.subject)];
  if (seconds > 0 && figures.requests > seen) {
    figures.rate = static_cast<double>(figures.requests - seen) / seconds;
  }
  seen = figures.requests;
  return figures;
}

void StatsView::add_row(Table& table, const std::string& service, const std::string& method,
                        const std::string& instance, const Figures& figures, bool with_rate) {
  const auto average = figures.requests == 0
                           ? std::chrono::nanoseconds::zero()
                           : figures.processing_time / static_cast<std::int64_t>(figures.requests);
  const auto errors_tone = figures.errors > 0 ? Table::Tone::kRed : Table::Tone::kPlain;
  std::vector<Table::Cell> cells = {service, method, instance, format_count(figures.requests)};
  if (with_rate) cells.emplace_back(absl::StrFormat("%.0f", figures.rate));
  cells.emplace_back(format_count(figures.errors), errors_tone);
  cells.emplace_back(figures.in_flight < 0 ? "" : std::to_string(figures.in_flight));
  cells.emplace_back(shown(average.count()));
  cells.emplace_back(shown(figures.p50));
  cells.emplace_back(shown(figures.p99));
  cells.emplace_back(figures.last_error);
  table.add_row(std::move(cells));
}

std::string StatsView::render(const std::vector<discovery::StatsResponse>& instances,
                              std::chrono::steady_clock::time_point now, const Style& style) {
  const double seconds = has_seen_ ? std::chrono::duration<double>(now - seen_at_).count() : 0;
  const bool with_rate = has_seen_;
  has_seen_ = true;
  seen_at_ = now;

  constexpr auto kRight = Table::Align::kRight;
  std::vector<Table::Column> columns = {
      "SERVICE", "METHOD", by_instance_ ? "INSTANCE" : "INSTANCES", {"CALLS", kRight}};
  if (!by_instance_) columns[2].align = kRight;
  if (with_rate) columns.emplace_back("CALLS/S", kRight);
  for (const char* heading : {"ERRORS", "IN FLIGHT", "AVERAGE", "P50", "P99"}) {
    columns.emplace_back(heading, kRight);
  }
  columns.emplace_back("LAST ERROR");
  Table table(std::move(columns));

  struct Total {
    Figures figures;
    std::size_t instances = 0;
  };
  std::map<std::tuple<std::string, std::string>, Total> totals;
  for (const auto& instance : instances) {
    for (const auto& endpoint : instance.endpoints) {
      const Figures figures = read(instance, endpoint, seconds);
      Total& total = totals[{shown_name(instance), endpoint.name}];
      total.figures.add(figures);
      ++total.instances;
      if (by_instance_) {
        add_row(table, shown_name(instance), endpoint.name, instance.id, figures, with_rate);
      }
    }
  }
  for (const auto& [key, total] : totals) {
    const std::string count = std::to_string(total.instances);
    if (by_instance_ && total.instances == 1) continue;
    add_row(table, std::get<0>(key), std::get<1>(key), by_instance_ ? "all " + count : count,
            total.figures, with_rate);
  }
  return table.render(style);
}

}  // namespace fairlead::cli
