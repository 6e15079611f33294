#pragma once

#include <array>
#include <memory>
#include <string>

#include "fairlead/testing/nats_server.hpp"

#include "testing/port_reservation.hpp"

namespace fairlead::testing {

/// Three servers that are one cluster, each linked with both others. They end with the object.
class NatsCluster {
 public:
  static constexpr std::size_t kSize = 3;

  /// Starts them and waits until all know each other. `configuration` is text for all of them.
  explicit NatsCluster(const std::string& configuration = {});

  NatsServer& operator[](std::size_t index) { return *servers_[index]; }
  /// The server that listens on `port`.
  NatsServer& at_port(std::uint16_t port);
  /// The URLs of all, separated by commas.
  std::string url() const;

  /// Waits until each server knows all others. All must run.
  void wait_until_complete();

 private:
  std::array<PortReservation, kSize> routes_;
  std::array<std::unique_ptr<NatsServer>, kSize> servers_;
};

}  // namespace fairlead::testing
