#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

namespace fairlead::route::direct {

/// Where callers reach an instance for direct links: a TCP port, or a unix socket.
struct Address {
  std::string host;        // of TCP; empty, to listen at: all addresses of the machine
  std::uint16_t port = 0;  // 0: the system chooses
  std::string path;        // of a unix socket; empty: it is TCP

  bool is_unix() const { return !path.empty(); }
};

/// Reads `tcp://HOST:PORT`, `HOST:PORT`, `[::1]:PORT`, `:PORT`, `unix:///PATH` or `unix:/PATH`.
/// INVALID_ARGUMENT says what was expected.
absl::StatusOr<Address> parse_address(std::string_view text);

/// `tcp://127.0.0.1:4000`, `tcp://[::1]:4000`, `unix:///run/calc.sock`.
std::string to_string(const Address& address);

/// Where an instance listens, and where it says that it does.
struct ListenAddress {
  Address at;
  std::optional<Address> announced;  // none: as `at`. Port 0: the one that it listens at
};

/// Reads `ADDRESS` or `ADDRESS=ANNOUNCED`, such as `:7000=10.0.0.5:7000`. INVALID_ARGUMENT also if
/// what is announced is of another kind, or no IP address.
absl::StatusOr<ListenAddress> parse_listen_address(std::string_view text);

/// What parse_listen_address() reads.
std::string to_string(const ListenAddress& address);

/// The address for the loop of this number, where several of a process listen: the port so many
/// after, the path with `.<number>` behind it, of both. A port that the system chooses stays 0.
/// INVALID_ARGUMENT if there is no such port.
absl::StatusOr<ListenAddress> for_loop(ListenAddress address, int number);

/// The addresses by which others reach a port on all addresses of this machine: those of its
/// interfaces, but for loopback, unless it has no other.
std::vector<std::string> addresses_of_machine();

}  // namespace fairlead::route::direct
