#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include <absl/status/status.h>

#include "nats/url.hpp"

namespace fairlead::nats {

/// How a ServerPool chooses. The meaning of each is that of the option of the same name.
struct PoolOptions {
  bool randomize = true;
  bool discover_servers = true;
  bool ignore_auth_errors = false;
  int max_reconnects = 60;
  bool keep_trying_first = false;  // the first connection too is tried again and again
  bool tls = false;                // encryption is demanded of every server
  std::chrono::milliseconds wait = std::chrono::seconds(2);
  std::chrono::milliseconds jitter{100};
  std::chrono::milliseconds tls_jitter = std::chrono::seconds(1);
  std::function<std::chrono::milliseconds(int)> backoff = nullptr;
  std::uint64_t seed = 0;  // of the randomness
};

/// The servers that a connection may use, and which to try next and when (ADR-40). Sans I/O: it is
/// told what happened and says what to do.
///
/// After a loss every server is tried once without waiting, the lost one last; then comes a wait,
/// and so on until one takes the connection or none is left.
class ServerPool {
 public:
  enum class StepKind { kConnect, kWait, kGiveUp };
  struct Step {
    StepKind kind;
    ServerAddress server = {};               // kConnect
    std::chrono::milliseconds wait{};        // kWait
    absl::Status status = absl::OkStatus();  // kGiveUp: why
  };

  /// `servers` is not empty.
  ServerPool(std::vector<ServerAddress> servers, PoolOptions options);

  /// What to do now, when there is no connection or it has to move to another server.
  Step next();
  /// The server that next() named took the connection.
  void on_connected();
  /// The server that next() named did not; `refused`: it did not accept the credentials.
  void on_failed(const absl::Status& reason, bool refused);
  /// The connection to the current server was lost; `refused`: credentials that it had accepted.
  void on_lost(const absl::Status& reason, bool refused);
  /// INFO of the current server: the servers of its cluster.
  void on_servers(const std::vector<std::string>& connect_urls);
  /// The current server is about to stop: whether there is another to move to. Then next() names
  /// each other once, and gives up after the last; the current one stays until on_connected().
  bool on_lame_duck();
  /// None of the others took the connection: it stays with its server.
  void on_stay();

  /// Why no server took the connection: each with its reason.
  absl::Status failures() const;

 private:
  struct Server {
    ServerAddress address;
    int attempts = 0;  // since it was connected to
    absl::Status last_failure = absl::OkStatus();
    bool refused = false;  // it refused the credentials, for the reason in last_failure
  };

  void shuffle_from(std::size_t first);
  void to_the_back(std::size_t index);
  absl::Status note_failure(Server& server, const absl::Status& reason, bool refused);
  std::chrono::milliseconds wait_time();

  PoolOptions options_;
  std::mt19937_64 random_;
  std::vector<Server> servers_;
  std::vector<std::string> gone_;  // why each server that was given up was
  absl::StatusCode gone_code_ = absl::StatusCode::kUnavailable;
  std::string current_;    // display() of the server that is or was connected to
  std::size_t tried_ = 0;  // servers_[0 … tried_) have had their turn in this round
  int rounds_ = 0;
  bool was_connected_ = false;
  bool moving_ = false;
  absl::Status end_ = absl::OkStatus();  // not OK: the pool has given up for this reason
};

/// For transcripts: `connect a:4222`, `wait 2000 ms`, `give up UNAVAILABLE: …`.
std::string to_string(const ServerPool::Step& step);

}  // namespace fairlead::nats
