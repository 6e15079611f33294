#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "cli/endpoint_figures.hpp"
#include "cli/table.hpp"
#include "discovery/response.hpp"

namespace fairlead::cli {

/// Shows the figures of instances as a table: a row for each method, over all instances, or one for
/// each instance and method. Remembers the figures that it saw to show the calls per second since.
class StatsView {
 public:
  /// With `by_instance` each instance has its rows; then come those of all together.
  explicit StatsView(bool by_instance) : by_instance_(by_instance) {}

  std::string render(const std::vector<discovery::StatsResponse>& instances,
                     std::chrono::steady_clock::time_point now, const Style& style);

 private:
  struct Figures : EndpointFigures {
    double rate = 0;

    void add(const Figures& other);
  };

  Figures read(const discovery::StatsResponse& instance, const discovery::EndpointStats& endpoint,
               double seconds);
  static void add_row(Table& table, const std::string& service, const std::string& method,
                      const std::string& instance, const Figures& figures, bool with_rate);

  bool by_instance_;
  bool has_seen_ = false;
  std::chrono::steady_clock::time_point seen_at_;
  std::map<std::string, std::uint64_t> seen_;  // by instance and method
};

}  // namespace fairlead::cli
