#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "cli/endpoint_figures.hpp"
#include "discovery/response.hpp"

namespace fairlead::cli {

/// What a row of `fairlead top` stands for.
enum class TopGroup { kService, kMethod, kInstance };

/// What rows are sorted by: names ascend, all else descends.
enum class TopSort { kName, kRate, kErrors, kLatency, kInFlight };

std::string_view to_text(TopGroup group);
std::string_view to_text(TopSort sort);
/// The opposite of to_text(); nothing for a word that is none.
std::optional<TopGroup> read_top_group(std::string_view text);
std::optional<TopSort> read_top_sort(std::string_view text);

struct TopRow {
  std::string service;
  std::string method;          ///< Empty if the row is a service's.
  std::string instance;        ///< Empty unless the row is an instance's.
  std::size_t instances = 0;   ///< That answered the last poll.
  std::size_t gone = 0;        ///< That did not, but one a short while ago.
  std::optional<double> rate;  ///< Calls per second; nothing before the second poll.
  std::optional<double> error_rate;
  EndpointFigures figures;  ///< Since the start of the instances.
};

/// What `fairlead top` knows: the answers to its polls become rows. Rates are differences between
/// polls. An instance that stops answering stays for a few polls as gone, then it is forgotten.
class TopModel {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// For how many polls an instance that does not answer is still shown.
  static constexpr int kPollsUntilForgotten = 5;

  /// The answers to a poll made at `now`.
  void update(const std::vector<discovery::StatsResponse>& instances, TimePoint now);

  std::vector<TopRow> rows(TopGroup group, TopSort sort, bool reversed) const;

  /// Of all instances that are known, gone or not.
  std::size_t instance_count() const;

 private:
  struct Entry {
    std::string service;
    std::string method;
    EndpointFigures figures;
    std::optional<double> rate;
    std::optional<double> error_rate;
    TimePoint seen_at;
    int missed = 0;
  };
  using Key = std::tuple<std::string, std::string, std::string>;  // instance, method, subject

  std::map<Key, Entry> entries_;
};

}  // namespace fairlead::cli
