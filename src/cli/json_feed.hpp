#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <absl/status/statusor.h>

namespace fairlead::cli {

/// Cuts JSON that comes piece by piece into its values: one to a line, or one over any number of
/// lines. A value is there as soon as its last line is. Blank lines do not count.
class JsonFeed {
 public:
  /// `source` names the text in messages.
  explicit JsonFeed(std::string source) : source_(std::move(source)) {}

  void add(std::string_view text) { text_ += text; }
  /// No more will be added.
  void end() { ended_ = true; }

  /// The next value; nothing if more must be added first, or, after the end, if there is none.
  /// INVALID_ARGUMENT names the line of what is not JSON.
  absl::StatusOr<std::optional<std::string>> next();

 private:
  /// Follows brackets and strings through a line; whether they are all closed at its end.
  bool is_closed_after(std::string_view line);
  absl::Status wrong(std::size_t line) const;

  std::string source_;
  std::string text_;
  std::size_t read_ = 0;  // of text_, by next()
  std::size_t line_ = 0;  // lines read
  bool ended_ = false;
  std::string value_;           // the lines of a value so far
  std::size_t value_line_ = 0;  // where it began
  std::size_t depth_ = 0;
};

}  // namespace fairlead::cli
