#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fairlead::nats {

/// The headers of a NATS message (ADR-4): pairs in their order; a key may repeat. Keys keep their
/// case; get() ignores it.
class Headers {
 public:
  using Entry = std::pair<std::string, std::string>;

  Headers() {}

  Headers& add(std::string_view key, std::string_view value) {
    entries_.emplace_back(key, value);
    return *this;
  }

  /// The first value of `key`, if there is one. The view holds until the next change.
  std::optional<std::string_view> get(std::string_view key) const;

  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }
  std::vector<Entry>::const_iterator begin() const { return entries_.begin(); }
  std::vector<Entry>::const_iterator end() const { return entries_.end(); }

 private:
  std::vector<Entry> entries_;
};

}  // namespace fairlead::nats
