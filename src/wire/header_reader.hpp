#pragma once

#include <string_view>

namespace fairlead::wire {

/// Reads a NATS header block (ADR-4) line by line, without allocating.
///
///   HeaderReader reader(block);
///   while (reader.next()) use(reader.key(), reader.value());
///   if (!reader.valid()) …
///
/// The block starts with `NATS/1.0`, optionally followed by a status code and a description. Keys
/// keep their case; values are trimmed of blanks around them. Views point into the block.
class HeaderReader {
 public:
  /// An empty block is valid and has no lines.
  explicit HeaderReader(std::string_view block);

  /// Moves to the next line; false at the end of the block and at the first line that is wrong.
  bool next();

  std::string_view key() const { return key_; }
  std::string_view value() const { return value_; }

  /// False once something was found that is not a header block.
  bool valid() const { return valid_; }

  /// The three-digit status of the first line, 0 if it has none.
  int status() const { return status_; }
  /// The text after the status, may be empty.
  std::string_view description() const { return description_; }

 private:
  bool take_line(std::string_view& line);

  std::string_view rest_;
  std::string_view key_;
  std::string_view value_;
  std::string_view description_;
  int status_ = 0;
  bool valid_ = true;
};

}  // namespace fairlead::wire
