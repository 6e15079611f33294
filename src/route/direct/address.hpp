#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

namespace fairlead::route::direct {

/// Where an instance listens for direct links: a TCP port, or a unix socket.
struct Address {
  std::string host;        // of TCP; empty: all addresses of the machine
  std::uint16_t port = 0;  // 0: the system chooses
  std::string path;        // of a unix socket; empty: it is TCP

  bool is_unix() const { return !path.empty(); }
};

/// Reads `tcp://HOST:PORT`, `HOST:PORT`, `[::1]:PORT`, `:PORT`, `unix:///PATH` or `unix:/PATH`.
/// INVALID_ARGUMENT says what was expected.
absl::StatusOr<Address> parse_address(std::string_view text);

/// `tcp://127.0.0.1:4000`, `tcp://[::1]:4000`, `unix:///run/calc.sock`.
std::string to_string(const Address& address);

/// The address for the loop of this number, where several of a process listen: the port so many
/// after, the path with `.<number>` behind it. A port that the system chooses stays 0.
Address for_loop(Address address, int number);

/// The addresses by which others reach a port on all addresses of this machine: those of its
/// interfaces, but for loopback, unless it has no other.
std::vector<std::string> addresses_of_machine();

}  // namespace fairlead::route::direct
