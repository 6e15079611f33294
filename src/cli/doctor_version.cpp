#include "cli/doctor_version.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <tuple>

#include "core/strings.hpp"

namespace fairlead::cli {
namespace {

struct Version {
  std::uint64_t major = 0;
  std::uint64_t minor = 0;
  std::uint64_t patch = 0;

  friend auto operator<=>(const Version&, const Version&) = default;
};

std::optional<Version> parse_version(std::string_view text) {
  const auto parts = split(text.substr(0, text.find_first_of("-+")), '.');
  if (parts.size() != 3) return std::nullopt;
  std::array<std::uint64_t, 3> numbers{};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto number = parse_number(parts[i]);
    if (!number) return std::nullopt;
    numbers[i] = static_cast<std::uint64_t>(*number);
  }
  return Version{numbers[0], numbers[1], numbers[2]};
}

struct Change {
  Version since;
  Version until;  // the first version without the fault; nought if it is a feature that came
  const char* phrase;
};

// From the release notes of nats-server.
constexpr Change kChanges[] = {
    {{2, 2, 0}, {}, "headers (2.2), without which no service works"},
    {{2, 10, 0}, {}, "several subjects in a consumer's filter (2.10)"},
    {{2, 10, 4}, {}, "TLS before INFO, handshake_first (2.10.4)"},
    {{2, 11, 0}, {}, "times to live of single messages (2.11)"},
    {{2, 12, 0}, {}, "scheduled messages (2.12)"},
    {{2, 11, 0}, {2, 14, 0}, "it may rename the header traceparent (mended in 2.14)"},
};

}  // namespace

std::vector<std::string> what_server_lacks(std::string_view version) {
  std::vector<std::string> phrases;
  const auto given = parse_version(version);
  if (!given) return phrases;
  for (const Change& change : kChanges) {
    const bool is_fault = change.until > Version{};
    const bool concerned =
        is_fault ? *given >= change.since && *given < change.until : *given < change.since;
    if (concerned) phrases.push_back(change.phrase);
  }
  return phrases;
}

}  // namespace fairlead::cli
