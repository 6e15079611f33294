#include "app/setting_values.hpp"

#include <charconv>
#include <cstdint>

#include <absl/strings/ascii.h>

#include "core/strings.hpp"

namespace fairlead {
namespace {

// Reads the digits at the front of `text` and takes them off; nothing if there are none or too
// many.
std::optional<std::int64_t> take_number(std::string_view& text) {
  std::int64_t number = 0;
  if (text.empty() || !absl::ascii_isdigit(static_cast<unsigned char>(text.front()))) {
    return std::nullopt;
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

}  // namespace

std::optional<int> parse_count(std::string_view text, int least, int most) {
  const auto number = take_number(text);
  if (!number || !text.empty() || *number < least || *number > most) return std::nullopt;
  return static_cast<int>(*number);
}

std::optional<double> parse_share(std::string_view text) {
  double share = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, share, std::chars_format::fixed);
  if (read.ec != std::errc() || read.ptr != end || !(share >= 0 && share <= 1)) return std::nullopt;
  return share;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const auto number = take_number(text);
  if (!number) return std::nullopt;
  std::int64_t unit = 0;
  if (text == "ms") unit = 1;
  if (text == "s") unit = 1000;
  if (text == "m") unit = 60'000;
  if (text == "h") unit = 3'600'000;
  // A year is more than anybody waits, and less than any clock holds.
  constexpr std::int64_t kMost = std::int64_t{365} * 24 * 60 * 60 * 1000;
  if (unit == 0 || *number > kMost / unit) return std::nullopt;
  return std::chrono::milliseconds(*number * unit);
}

std::optional<std::vector<std::string>> parse_names(std::string_view text) {
  std::vector<std::string> names;
  for (const std::string_view piece : split(text, ',')) {
    const std::string_view name = trim(piece);
    if (name.empty()) return std::nullopt;
    names.emplace_back(name);
  }
  return names;
}

std::optional<ListenAddress> parse_listen_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = parse_count(text.substr(colon + 1), 0, UINT16_MAX);
  std::string_view host = text.substr(0, colon);
  const bool brackets = host.starts_with('[') && host.ends_with(']');
  if (brackets) host = host.substr(1, host.size() - 2);
  // Without brackets one could not tell the port from the address.
  const bool colons = host.find(':') != std::string_view::npos;
  if (!port || brackets != colons || host.find_first_of("[]/@ \t\r\n") != std::string_view::npos) {
    return std::nullopt;
  }
  return ListenAddress{std::string(host), static_cast<std::uint16_t>(*port)};
}

std::string to_string(const ListenAddress& address) {
  const bool brackets = address.host.find(':') != std::string::npos;
  return concat(brackets ? "[" : "", address.host, brackets ? "]:" : ":", address.port);
}

bool is_subject_prefix(std::string_view text) {
  bool token_is_empty = true;
  for (const char letter : text) {
    if (letter == '.') {
      if (token_is_empty) return false;
      token_is_empty = true;
      continue;
    }
    if (static_cast<unsigned char>(letter) <= ' ' || letter == '*' || letter == '>' ||
        letter == '$' || letter == 0x7f) {
      return false;
    }
    token_is_empty = false;
  }
  return text.empty() || !token_is_empty;
}

}  // namespace fairlead
