#pragma once

#include <string>
#include <string_view>

namespace fairlead::wire {

/// Builds a NATS header block. Reusable: clear() keeps the memory.
class HeaderWriter {
 public:
  /// Appends a line. The key and value must have passed is_valid_header_key/_value.
  void add(std::string_view key, std::string_view value);

  /// The whole block with its end, or nothing if no line was added. Holds until the next change.
  std::string_view finish();

  bool empty() const { return block_.empty(); }
  void clear() {
    block_.clear();
    finished_ = false;
  }

 private:
  std::string block_;
  bool finished_ = false;
};

/// Printable ASCII without space and colon, not empty (ADR-4).
bool is_valid_header_key(std::string_view key);

/// No CR, LF or NUL, and no blank at either end, which a reader would trim away.
bool is_valid_header_value(std::string_view value);

}  // namespace fairlead::wire
