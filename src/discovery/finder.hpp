#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include "fairlead/deadline.hpp"
#include "fairlead/nats/connection.hpp"
#include "fairlead/task.hpp"

#include "discovery/response.hpp"

namespace fairlead::discovery {

/// What came back when services were asked, sorted by name and id.
template <typename Response>
struct Found {
  Found() {}

  std::vector<Response> instances;
  /// Answers that could not be read, and what was wrong with the first of them.
  std::size_t invalid = 0;
  std::string first_problem;
};

class FinderOptions {
 public:
  FinderOptions() {}

  /// How long to wait for the first answer. Default 2 s.
  FinderOptions& set_timeout(Deadline::Duration timeout) {
    timeout_ = timeout;
    return *this;
  }
  /// After an answer, how long to wait for another one. Default 300 ms, as the `nats` command.
  FinderOptions& set_stall(Deadline::Duration stall) {
    stall_ = stall;
    return *this;
  }
  /// What the questions' subjects start with. Default `$SRV`.
  FinderOptions& set_prefix(std::string prefix) {
    prefix_ = std::move(prefix);
    return *this;
  }

  Deadline::Duration timeout() const { return timeout_; }
  Deadline::Duration stall() const { return stall_; }
  const std::string& prefix() const { return prefix_; }

 private:
  Deadline::Duration timeout_ = std::chrono::seconds(2);
  Deadline::Duration stall_ = std::chrono::milliseconds(300);
  std::string prefix_ = "$SRV";
};

/// Asks the services on a NATS system about themselves (ADR-32), whatever they were written with.
///
/// An empty name asks all services, a name all instances of it, a name and an id one instance.
/// Nobody there is an empty result, not an error. INVALID_ARGUMENT for what cannot be a name or id;
/// else it fails as the connection does.
class Finder {
 public:
  explicit Finder(nats::Connection connection, FinderOptions options = FinderOptions());

  Task<absl::StatusOr<Found<PingResponse>>> ping(std::string name, std::string id) const;
  Task<absl::StatusOr<Found<InfoResponse>>> info(std::string name, std::string id) const;
  Task<absl::StatusOr<Found<StatsResponse>>> stats(std::string name, std::string id) const;

  /// What any one instance of `name` says about itself: the first that answers. NOT_FOUND if none
  /// is up.
  Task<absl::StatusOr<InfoResponse>> info_of_any(std::string name) const;

  /// The time from a question to one instance to its answer.
  Task<absl::StatusOr<std::chrono::nanoseconds>> round_trip(std::string name, std::string id) const;

  /// The loop on which it is used.
  Loop& loop() const { return connection_.loop(); }

 private:
  nats::Connection connection_;
  FinderOptions options_;
};

/// Whether `name` may be the name of a service: letters, digits, `-` and `_`.
bool is_service_name(std::string_view name);

/// The name that a service has in discovery unless it chose one: `calc.Calc` is `calc-Calc`.
std::string default_service_name(std::string_view full_name);

/// The protobuf full name of a Fairlead service; empty for others.
std::string full_name_of(const Identity& identity);

}  // namespace fairlead::discovery
