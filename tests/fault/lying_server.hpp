#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "testing/port_reservation.hpp"
#include "tests/integration/line_socket.hpp"

namespace fairlead::testing {

/// What a lying server has to do with one client.
class LyingPeer {
 public:
  explicit LyingPeer(LineSocket socket) : socket_(std::move(socket)) {}

  void send(std::string_view bytes) { socket_.send(bytes); }
  /// Sends as much as the client takes before it closes.
  void send_until_end(std::string_view bytes);
  /// Reads lines until one starts with `start`, and returns it. PINGs are answered meanwhile.
  std::string read_until(std::string_view start);
  /// INFO, CONNECT, PING, PONG. `info` are further fields: `,"headers":false`.
  void greet(std::string_view info = {});
  /// Reads PUB or HPUB until one comes; returns its line, and its payload as `payload`.
  std::string read_publication(std::string& payload);
  /// Reads until the client has closed.
  void wait_for_end() { socket_.wait_for_end(); }

 private:
  LineSocket socket_;
};

/// A NATS server that follows a script, one function for each connection that it accepts in turn.
/// A connection is closed at the end of its function; after the last one connecting is refused.
class LyingServer {
 public:
  using Script = std::function<void(LyingPeer&)>;

  explicit LyingServer(std::vector<Script> scripts);
  explicit LyingServer(Script script) : LyingServer(std::vector<Script>{std::move(script)}) {}
  ~LyingServer();
  LyingServer(const LyingServer&) = delete;
  LyingServer& operator=(const LyingServer&) = delete;

  std::string url() const { return "nats://" + address(); }
  std::string address() const { return "127.0.0.1:" + std::to_string(reservation_.port()); }

  /// Waits until all scripts have ended; what went wrong in them, or nothing.
  std::string finish();

 private:
  void run();

  PortReservation reservation_;
  std::vector<Script> scripts_;
  int listener_ = -1;
  std::string problem_;
  std::thread thread_;
};

}  // namespace fairlead::testing
