#pragma once

#include <functional>
#include <string>
#include <vector>

#include <absl/status/status.h>

#include "fairlead/nats/connection.hpp"

#include "discovery/response.hpp"

namespace fairlead::discovery {

/// Answers NATS' service discovery (ADR-32) for one instance of a service: PING, INFO and STATS,
/// each asked of everybody, of all instances of the service, and of this one.
class Instance {
 public:
  /// `info` and `stats` are called for each question, on the connection's loop; what they refer to
  /// outlives this object.
  Instance(nats::Connection connection, std::function<InfoResponse()> info,
           std::function<StatsResponse()> stats);
  ~Instance() { stop(); }
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  /// Subscribes to the nine subjects, never in a queue group: every instance answers.
  absl::Status start();
  void stop();

 private:
  absl::Status answer_verb(const std::string& verb, std::function<std::string()> body);

  nats::Connection connection_;
  std::function<InfoResponse()> info_;
  std::function<StatsResponse()> stats_;
  std::vector<nats::Subscription> subscriptions_;
};

}  // namespace fairlead::discovery
