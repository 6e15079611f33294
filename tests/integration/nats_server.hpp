#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

namespace fairlead::testing {

/// A nats-server of the test's own, on a port that the system picks. It ends with the object.
///
/// The binary is that of the environment variable FAIRLEAD_NATS_SERVER, else `nats-server` from
/// PATH or /usr/sbin.
class NatsServer {
 public:
  /// Starts it with further command-line arguments and waits until it listens. Throws
  /// std::runtime_error, saying why, if it does not.
  explicit NatsServer(std::vector<std::string> arguments = {});
  ~NatsServer();
  NatsServer(const NatsServer&) = delete;
  NatsServer& operator=(const NatsServer&) = delete;

  /// `nats://127.0.0.1:<port>`
  std::string url() const { return "nats://" + address(); }
  std::string address() const { return "127.0.0.1:" + port_; }

  /// Ends it at once, as a crash would.
  void kill();

 private:
  pid_t pid_ = -1;
  std::string port_;
  std::string folder_;
};

}  // namespace fairlead::testing
