#include "cli/stats_view.hpp"

#include <tuple>

#include <absl/strings/str_format.h>

#include "cli/format.hpp"
#include "cli/services.hpp"
#include "core/strings.hpp"

namespace fairlead::cli {

void StatsView::Figures::add(const Figures& other) {
  EndpointFigures::add(other);
  rate += other.rate;
}

StatsView::Figures StatsView::read(const discovery::StatsResponse& instance,
                                   const discovery::EndpointStats& endpoint, double seconds) {
  Figures figures{read_figures(endpoint)};
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
  cells.emplace_back(shown_time(average.count()));
  cells.emplace_back(shown_time(figures.p50));
  cells.emplace_back(shown_time(figures.p99));
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
