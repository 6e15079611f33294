#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>

#include "tests/fault/proxy.hpp"
#include "tests/integration/nats_cluster.hpp"

namespace fairlead::testing {

/// Random faults: in the servers of a cluster one at a time, and beside them in the network before
/// each. All is well again once it has ended.
class Chaos {
 public:
  /// Begins at once. The same seed gives the same faults, if not at the same moments.
  Chaos(NatsCluster& cluster, std::uint64_t seed);
  ~Chaos();
  Chaos(const Chaos&) = delete;
  Chaos& operator=(const Chaos&) = delete;

  /// The URLs of the servers behind the bad network.
  std::string network_url() const;
  /// Ends it and mends what is broken. Returns how often what was done.
  std::map<std::string, int> stop();

 private:
  using Random = std::mt19937_64;

  void break_servers(Random random);
  void break_network(Random random);
  /// Waits; false if it is to end.
  bool pause(Random& random, int least_milliseconds, int most_milliseconds);
  void did(const std::string& what);

  NatsCluster& cluster_;
  std::array<std::unique_ptr<Proxy>, NatsCluster::kSize> network_;
  std::mutex mutex_;
  std::condition_variable ending_;
  bool stopping_ = false;
  std::map<std::string, int> done_;
  std::thread servers_thread_;
  std::thread network_thread_;
};

}  // namespace fairlead::testing
