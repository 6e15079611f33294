#include "cli/top_screen.hpp"

#include <algorithm>
#include <set>

#include <absl/strings/str_format.h>
#include <nlohmann/json.hpp>

#include "cli/format.hpp"
#include "cli/text_width.hpp"
#include "core/strings.hpp"

namespace fairlead::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kEndOfLine = "\x1b[K\n";
constexpr std::string_view kKeys =
    "sort by n name, r calls/s, e errors, p p99, i in flight   g groups   j k scroll   q quits";

// Above the rows: sums, keys, an empty line, the headings.
constexpr std::size_t kLinesAbove = 4;

std::string shown_rate(const std::optional<double>& rate) {
  if (!rate) return "";
  // Few calls are seen better in tenths.
  return absl::StrFormat("%.*f", *rate > 0 && *rate < 9.95 ? 1 : 0, *rate);
}

std::string shown_number(std::int64_t number) {
  return number < 0 ? std::string() : std::to_string(number);
}

// Without calls there are no times.
std::string shown_quantile(const EndpointFigures& figures, std::int64_t quantile) {
  return figures.requests == 0 ? std::string() : shown_time(quantile);
}

std::string shown_load(const EndpointFigures& figures) {
  if (figures.limit < 0 || figures.in_flight < 0) return shown_number(figures.in_flight);
  return concat(figures.in_flight, "/", figures.limit);
}

std::string shown_instances(const TopRow& row) {
  if (!row.instance.empty()) return row.instance;
  if (row.gone == 0) return std::to_string(row.instances);
  return concat(row.instances, ", ", row.gone, " gone");
}

std::vector<Table::Column> columns_of(const TopControls& controls) {
  constexpr auto kLeft = Table::Align::kLeft;
  constexpr auto kRight = Table::Align::kRight;
  const bool by_instance = controls.group() == TopGroup::kInstance;
  std::vector<Table::Column> columns;
  const auto add = [&](std::string_view heading, Table::Align align,
                       std::optional<TopSort> sort = std::nullopt) {
    Table::Column& column = columns.emplace_back("", align);
    column.heading = heading;
    if (sort != controls.sort()) return;
    column.heading += (sort == TopSort::kName) == controls.reversed() ? "↓" : "↑";
  };
  add("SERVICE", kLeft, TopSort::kName);
  if (controls.group() != TopGroup::kService) add("METHOD", kLeft);
  if (by_instance) {
    add("INSTANCE", kLeft);
  } else {
    add("INSTANCES", kRight);
  }
  add("CALLS/S", kRight, TopSort::kRate);
  add("ERRORS/S", kRight, TopSort::kErrors);
  add("IN FLIGHT", kRight, TopSort::kInFlight);
  add("QUEUED", kRight);
  add("P50", kRight);
  add("P99", kRight, TopSort::kLatency);
  add("CALLS", kRight);
  add("ERRORS", kRight);
  return columns;
}

std::string sums(const std::vector<TopRow>& rows, std::size_t instances, const Style& style) {
  std::set<std::string_view> services;
  double rate = 0;
  double error_rate = 0;
  for (const TopRow& row : rows) {
    services.insert(row.service);
    rate += row.rate.value_or(0);
    error_rate += row.error_rate.value_or(0);
  }
  std::string text = style.bold("fairlead top");
  append(text, "  ", services.size(), services.size() == 1 ? " service, " : " services, ",
         instances, instances == 1 ? " instance, " : " instances, ", shown_rate(rate), " calls/s");
  if (error_rate > 0) {
    append(text, ", ", style.red(concat(shown_rate(error_rate), " failed/s")));
  }
  return text;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (const std::string_view line : split(text, '\n')) lines.emplace_back(line);
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

template <typename Value>
Json known(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json known(std::int64_t value) {
  return value < 0 ? Json(nullptr) : Json(value);
}

}  // namespace

std::string render_top_table(const std::vector<TopRow>& rows, const TopControls& controls,
                             const Style& style) {
  Table table(columns_of(controls));
  for (const TopRow& row : rows) {
    const bool gone = row.instances == 0;
    const auto plain = gone ? Table::Tone::kDim : Table::Tone::kPlain;
    const auto errors = row.error_rate.value_or(0) > 0 && !gone ? Table::Tone::kRed : plain;
    std::vector<Table::Cell> cells = {Table::Cell(row.service, plain)};
    if (controls.group() != TopGroup::kService) cells.emplace_back(row.method, plain);
    cells.emplace_back(shown_instances(row), plain);
    cells.emplace_back(gone ? "gone" : shown_rate(row.rate), plain);
    cells.emplace_back(shown_rate(row.error_rate), errors);
    cells.emplace_back(gone ? std::string() : shown_load(row.figures), plain);
    cells.emplace_back(gone ? std::string() : shown_number(row.figures.queued), plain);
    cells.emplace_back(shown_quantile(row.figures, row.figures.p50), plain);
    cells.emplace_back(shown_quantile(row.figures, row.figures.p99), plain);
    cells.emplace_back(format_count(row.figures.requests), plain);
    cells.emplace_back(format_count(row.figures.errors), errors);
    table.add_row(std::move(cells));
  }
  return table.render(style);
}

std::string render_top_screen(const TopModel& model, TopControls& controls, ScreenSize size,
                              const std::string& trouble, const Style& style) {
  const std::vector<TopRow> rows =
      model.rows(controls.group(), controls.sort(), controls.reversed());
  const std::vector<std::string> table = lines_of(render_top_table(rows, controls, style));
  const std::size_t room = size.rows > kLinesAbove ? size.rows - kLinesAbove : 0;
  const std::size_t first = controls.first_row(rows.size(), room);

  std::vector<std::string> lines = {
      sums(rows, model.instance_count(), style),
      trouble.empty() ? style.dim(kKeys) : style.red(printable(trouble)), "", table.front()};
  if (rows.empty() && trouble.empty()) lines.back() = "no service is up";
  const auto begin = table.begin() + 1 + static_cast<std::ptrdiff_t>(first);
  const auto shown = static_cast<std::ptrdiff_t>(std::min(room, rows.size() - first));
  lines.insert(lines.end(), begin, begin + shown);
  lines.resize(std::min(lines.size(), size.rows));

  // Drawn over what was there, line by line: nothing flickers.
  std::string text = "\x1b[H";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    append(text, i == 0 ? "" : kEndOfLine, cut_to_width(lines[i], size.columns));
  }
  append(text, "\x1b[K\x1b[J");
  return text;
}

std::string top_json(const std::vector<TopRow>& rows) {
  Json list = Json::array();
  for (const TopRow& row : rows) {
    Json entry;
    entry["service"] = row.service;
    if (!row.method.empty()) entry["method"] = row.method;
    if (!row.instance.empty()) entry["instance"] = row.instance;
    entry["instances"] = row.instances;
    entry["gone"] = row.gone;
    entry["calls_per_second"] = known(row.rate);
    entry["errors_per_second"] = known(row.error_rate);
    entry["calls"] = row.figures.requests;
    entry["errors"] = row.figures.errors;
    entry["in_flight"] = known(row.figures.in_flight);
    entry["queued"] = known(row.figures.queued);
    entry["limit"] = known(row.figures.limit);
    entry["p50_ns"] = known(row.figures.p50);
    entry["p99_ns"] = known(row.figures.p99);
    list.push_back(std::move(entry));
  }
  return list.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace fairlead::cli
