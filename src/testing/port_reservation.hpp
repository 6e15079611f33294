#pragma once

#include <cstdint>

namespace fairlead::testing {

/// A port of 127.0.0.1 that the system picked and that stays ours while nobody listens on it: a
/// server can be ended and started again on it, and connecting meanwhile is refused.
///
/// It holds a bound socket that does not listen. Linux lets a listener with SO_REUSEADDR join it,
/// and gives the port to nobody who asks for any port.
class PortReservation {
 public:
  /// Throws std::runtime_error if there is none to be had.
  PortReservation();
  ~PortReservation();
  PortReservation(const PortReservation&) = delete;
  PortReservation& operator=(const PortReservation&) = delete;

  std::uint16_t port() const { return port_; }

 private:
  int socket_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace fairlead::testing
