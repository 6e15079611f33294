#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <thread>

#include "testing/port_reservation.hpp"

namespace fairlead::testing {

struct ProxyLink;

/// A bad network: forwards TCP connections to a server, and does to them what the test asks for.
/// It runs on a thread of its own; every function returns when what it asks for has happened.
class Proxy {
 public:
  using Clock = std::chrono::steady_clock;

  /// Forwards to `target`, a port of 127.0.0.1.
  explicit Proxy(std::uint16_t target);
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  std::string url() const { return "nats://127.0.0.1:" + std::to_string(reservation_.port()); }
  std::uint16_t port() const { return reservation_.port(); }

  /// Ends all connections, as a router that restarts.
  void cut();
  /// Refuses new connections, or takes them again.
  void refuse(bool refused);
  /// Forwards nothing, in both directions, and ends nothing: a cable pulled out. New connections
  /// are taken and stay silent. What came meanwhile is forwarded afterwards.
  void black_hole(bool silent);
  /// Forwards everything so much later.
  void delay(std::chrono::milliseconds duration);
  /// Forwards one byte at a time.
  void byte_by_byte(bool one);
  /// Forwards `count` more bytes from the server, then ends that connection.
  void cut_after(std::size_t count);

 private:
  void call(std::function<void()> action);
  void run();
  void listen();
  void accept_one();
  void stop_listening();
  void serve(ProxyLink& link);
  void forward(ProxyLink& link, bool from_server);

  PortReservation reservation_;
  std::uint16_t target_;
  // Only the thread uses what follows.
  std::list<ProxyLink> links_;
  int listener_ = -1;
  bool stopping_ = false;
  bool silent_ = false;
  bool byte_by_byte_ = false;
  std::chrono::milliseconds delay_{0};
  std::size_t left_ = SIZE_MAX;
  // Actions for the thread come through this pipe, as pointers.
  int actions_[2] = {-1, -1};
  std::thread thread_;
};

}  // namespace fairlead::testing
