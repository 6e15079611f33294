#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace fairlead::testing {

class PortReservation;

/// A real nats-server of the test's own, on a port that the system picks and that it keeps when it
/// is started again. It listens on 127.0.0.1 alone and ends with the object.
///
/// The binary is that of the environment variable FAIRLEAD_NATS_SERVER, else `nats-server` from
/// PATH or /usr/sbin. Every function that fails throws std::runtime_error, saying why.
class NatsServer {
 public:
  /// Starts it with further command-line arguments and the text of a configuration file, and waits
  /// until it listens.
  explicit NatsServer(std::vector<std::string> arguments = {}, std::string configuration = {});
  ~NatsServer();
  NatsServer(const NatsServer&) = delete;
  NatsServer& operator=(const NatsServer&) = delete;

  /// `nats://127.0.0.1:<port>`
  std::string url() const { return "nats://" + address(); }
  std::string address() const { return "127.0.0.1:" + std::to_string(port()); }
  std::uint16_t port() const;
  /// Of the process; -1 when it does not run.
  pid_t pid() const { return pid_; }

  /// Starts it again after it has ended, on the same port, and waits until it listens.
  void start();
  /// Ends it at once, as a crash would.
  void kill();
  /// Asks it to stop (SIGTERM) and waits until it has.
  void stop_gently();
  /// Stops it in its tracks (SIGSTOP): connections stay, nothing is answered. Until thaw().
  void freeze();
  void thaw();
  /// Tells it to become a lame duck (SIGUSR2). It tells its clients, closes them one after the
  /// other after `lame_duck_grace_period`, and ends.
  void lame_duck();
  /// Waits until it has ended by itself.
  void wait_for_end();
  /// Replaces the configuration of a server that was started with one, and waits until it is used.
  void reload(std::string_view configuration);

  /// Waits until a line with `text` has been logged since start() or the last call that found one.
  void wait_for_log(std::string_view text);

  /// The version of the binary: `2.9.10`.
  static std::string version();

 private:
  void signal(int number);
  void write_configuration(std::string_view configuration);
  std::string log_path() const { return folder_ + "/log"; }

  std::vector<std::string> arguments_;
  std::unique_ptr<PortReservation> port_;
  pid_t pid_ = -1;
  std::string folder_;
  std::size_t log_seen_ = 0;
};

}  // namespace fairlead::testing
