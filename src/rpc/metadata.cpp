#include "fairlead/metadata.hpp"

#include "core/strings.hpp"
#include "wire/header_writer.hpp"

namespace fairlead {

absl::Status Metadata::add(std::string_view key, std::string_view value) {
  if (!wire::is_valid_header_key(key)) {
    return absl::InvalidArgumentError(concat(
        "\"", escape(key), "\" is not a metadata key: it must be visible ASCII without colon"));
  }
  for (const std::string_view prefix : {"grpc-", "nats-", "fl-"}) {
    if (starts_with_ignore_case(key, prefix)) {
      return absl::InvalidArgumentError(
          concat("the metadata key \"", key, "\" starts with \"", prefix, "\", which is reserved"));
    }
  }
  if (equals_ignore_case(key, "content-type")) {
    return absl::InvalidArgumentError(
        "the metadata key \"content-type\" is set by Fairlead itself");
  }
  const bool binary = key.size() >= 4 && equals_ignore_case(key.substr(key.size() - 4), "-bin");
  if (!binary && !wire::is_valid_header_value(value)) {
    return absl::InvalidArgumentError(concat("the value of metadata \"", key,
                                             "\" has a line break or NUL, or a blank at an end; a "
                                             "key ending in -bin may hold any bytes"));
  }
  entries_.emplace_back(key, value);
  return absl::OkStatus();
}

std::optional<std::string_view> Metadata::get(std::string_view key) const {
  for (const Entry& entry : entries_) {
    if (equals_ignore_case(entry.first, key)) return entry.second;
  }
  return std::nullopt;
}

std::vector<std::string_view> Metadata::get_all(std::string_view key) const {
  std::vector<std::string_view> values;
  for (const Entry& entry : entries_) {
    if (equals_ignore_case(entry.first, key)) values.emplace_back(entry.second);
  }
  return values;
}

}  // namespace fairlead
