#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairlead {

/// Reads a whole number from `least` to `most`.
std::optional<int> parse_count(std::string_view text, int least, int most);

/// Reads a number from 0 to 1, such as `0.01`.
std::optional<double> parse_share(std::string_view text);

/// Reads a duration: a whole number and one of `ms`, `s`, `m`, `h`.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// Reads names with commas between them; blanks around a name do not count. Nothing if there is no
/// name or one is empty.
std::optional<std::vector<std::string>> parse_names(std::string_view text);

/// Where to listen.
struct ListenAddress {
  std::string host;        ///< Empty: all addresses of the machine.
  std::uint16_t port = 0;  ///< 0: the system chooses.
};

/// Reads `HOST:PORT`, `[::1]:PORT` or `:PORT`.
std::optional<ListenAddress> parse_listen_address(std::string_view text);

/// As parse_listen_address() reads it.
std::string to_string(const ListenAddress& address);

/// Whether `text` can stand before a subject: tokens with dots between them, no wildcards.
bool is_subject_prefix(std::string_view text);

}  // namespace fairlead
