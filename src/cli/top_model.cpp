#include "cli/top_model.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "cli/services.hpp"

namespace fairlead::cli {
namespace {

constexpr std::array kGroups = {std::pair(TopGroup::kService, std::string_view("service")),
                                std::pair(TopGroup::kMethod, std::string_view("method")),
                                std::pair(TopGroup::kInstance, std::string_view("instance"))};

constexpr std::array kSorts = {std::pair(TopSort::kName, std::string_view("name")),
                               std::pair(TopSort::kRate, std::string_view("rate")),
                               std::pair(TopSort::kErrors, std::string_view("errors")),
                               std::pair(TopSort::kLatency, std::string_view("p99")),
                               std::pair(TopSort::kInFlight, std::string_view("in-flight"))};

template <typename Words, typename Value>
std::string_view text_of(const Words& words, Value value) {
  for (const auto& [each, text] : words) {
    if (each == value) return text;
  }
  return {};
}

template <typename Value, std::size_t kSize>
std::optional<Value> value_of(const std::array<std::pair<Value, std::string_view>, kSize>& words,
                              std::string_view text) {
  for (const auto& [value, each] : words) {
    if (each == text) return value;
  }
  return std::nullopt;
}

// Figures that went back belong to a fresh start.
double per_second(std::uint64_t before, std::uint64_t after, double seconds) {
  return after > before && seconds > 0 ? static_cast<double>(after - before) / seconds : 0;
}

void add(std::optional<double>& sum, const std::optional<double>& rate) {
  if (rate) sum = sum.value_or(0) + *rate;
}

auto name_of(const TopRow& row) {
  return std::tie(row.service, row.method, row.instance);
}

/// The larger the higher up.
std::pair<double, double> weight(const TopRow& row, TopSort sort) {
  switch (sort) {
    case TopSort::kName:
      break;
    case TopSort::kRate:
      return {row.rate.value_or(0), static_cast<double>(row.figures.requests)};
    case TopSort::kErrors:
      return {row.error_rate.value_or(0), static_cast<double>(row.figures.errors)};
    case TopSort::kLatency:
      return {static_cast<double>(row.figures.p99), static_cast<double>(row.figures.p50)};
    case TopSort::kInFlight:
      return {static_cast<double>(row.figures.in_flight), static_cast<double>(row.figures.queued)};
  }
  return {0, 0};
}

}  // namespace

std::string_view to_text(TopGroup group) {
  return text_of(kGroups, group);
}

std::string_view to_text(TopSort sort) {
  return text_of(kSorts, sort);
}

std::optional<TopGroup> read_top_group(std::string_view text) {
  return value_of(kGroups, text);
}

std::optional<TopSort> read_top_sort(std::string_view text) {
  return value_of(kSorts, text);
}

void TopModel::update(const std::vector<discovery::StatsResponse>& instances, TimePoint now) {
  for (auto& [key, entry] : entries_) ++entry.missed;
  for (const discovery::StatsResponse& instance : instances) {
    for (const discovery::EndpointStats& endpoint : instance.endpoints) {
      const auto [place, is_new] =
          entries_.try_emplace(Key(instance.id, endpoint.name, endpoint.subject));
      Entry& entry = place->second;
      EndpointFigures figures = read_figures(endpoint);
      if (is_new) {
        entry.service = shown_name(instance);
        entry.method = endpoint.name;
      } else {
        const double seconds = std::chrono::duration<double>(now - entry.seen_at).count();
        entry.rate = per_second(entry.figures.requests, figures.requests, seconds);
        entry.error_rate = per_second(entry.figures.errors, figures.errors, seconds);
      }
      entry.figures = std::move(figures);
      entry.seen_at = now;
      entry.missed = 0;
    }
  }
  std::erase_if(entries_,
                [](const auto& entry) { return entry.second.missed > kPollsUntilForgotten; });
}

std::vector<TopRow> TopModel::rows(TopGroup group, TopSort sort, bool reversed) const {
  struct Sums {
    TopRow row;
    EndpointFigures of_gone;
    std::set<std::string> instances;
    std::set<std::string> gone;
  };
  std::map<std::tuple<std::string, std::string, std::string>, Sums> sums;
  for (const auto& [key, entry] : entries_) {
    const std::string& instance = std::get<0>(key);
    const bool by_method = group != TopGroup::kService;
    Sums& sum = sums[{entry.service, by_method ? entry.method : std::string(),
                      group == TopGroup::kInstance ? instance : std::string()}];
    if (entry.missed > 0) {
      sum.gone.insert(instance);
      sum.of_gone.add(entry.figures);
      continue;
    }
    sum.instances.insert(instance);
    sum.row.figures.add(entry.figures);
    add(sum.row.rate, entry.rate);
    add(sum.row.error_rate, entry.error_rate);
  }
  std::vector<TopRow> rows;
  for (auto& [name, sum] : sums) {
    TopRow& row = rows.emplace_back(std::move(sum.row));
    std::tie(row.service, row.method, row.instance) = name;
    row.instances = sum.instances.size();
    row.gone = sum.gone.size();
    // What those that are gone did last is shown only if nobody else is there.
    if (row.instances == 0) row.figures = std::move(sum.of_gone);
  }
  // Those that are alike stand in the order of their names.
  std::sort(rows.begin(), rows.end(), [sort, reversed](const TopRow& a, const TopRow& b) {
    const TopRow& first = reversed ? b : a;
    const TopRow& second = reversed ? a : b;
    if (sort == TopSort::kName) return name_of(first) < name_of(second);
    const auto one = weight(first, sort);
    const auto other = weight(second, sort);
    if (one != other) return one > other;
    return name_of(a) < name_of(b);
  });
  return rows;
}

std::size_t TopModel::instance_count() const {
  std::set<std::string_view> instances;
  for (const auto& [key, entry] : entries_) instances.insert(std::get<0>(key));
  return instances.size();
}

}  // namespace fairlead::cli
