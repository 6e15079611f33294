#include "fairlead/nats/headers.hpp"

#include "core/strings.hpp"

namespace fairlead::nats {

std::optional<std::string_view> Headers::get(std::string_view key) const {
  for (const Entry& entry : entries_) {
    if (equals_ignore_case(entry.first, key)) return entry.second;
  }
  return std::nullopt;
}

}  // namespace fairlead::nats
