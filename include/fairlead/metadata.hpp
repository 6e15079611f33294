#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <absl/status/status.h>

namespace fairlead {

/// Key-value pairs that travel beside a request or a reply. Keys are compared without regard to
/// case, may repeat, and keep their order. Values of keys that end in `-bin` may hold any bytes;
/// they travel as base64.
class Metadata {
 public:
  using Entry = std::pair<std::string, std::string>;

  Metadata() = default;

  /// Appends a pair. Fails with INVALID_ARGUMENT if the key is not printable ASCII without space
  /// and colon, if it starts with a reserved prefix (`grpc-`, `nats-`, `fl-`) or is a name that
  /// Fairlead itself sends (`content-type`), or if the value, unless binary, has a control
  /// character or a blank at an end.
  absl::Status add(std::string_view key, std::string_view value);

  /// The first value of `key`, if there is one. The view holds until the next change.
  std::optional<std::string_view> get(std::string_view key) const;

  /// All values of `key`, in their order.
  std::vector<std::string_view> get_all(std::string_view key) const;

  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }
  std::vector<Entry>::const_iterator begin() const { return entries_.begin(); }
  std::vector<Entry>::const_iterator end() const { return entries_.end(); }
  void clear() { entries_.clear(); }

  /// Appends a pair that came off the wire, as it is.
  void add_received(std::string_view key, std::string value) {
    entries_.emplace_back(std::string(key), std::move(value));
  }

 private:
  std::vector<Entry> entries_;
};

}  // namespace fairlead
