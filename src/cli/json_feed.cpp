#include "cli/json_feed.hpp"

#include <nlohmann/json.hpp>

#include "core/strings.hpp"

namespace fairlead::cli {

bool JsonFeed::is_closed_after(std::string_view line) {
  bool quoted = false;  // a string does not go on in the next line
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted && c == '\\') {
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == '{' || c == '[')) {
      ++depth_;
    } else if (!quoted && (c == '}' || c == ']') && depth_ > 0) {
      --depth_;
    }
  }
  return depth_ == 0 || quoted;  // a string that is not closed will not become JSON
}

absl::Status JsonFeed::wrong(std::size_t line) const {
  return absl::InvalidArgumentError(
      concat(source_, ":", line,
             ": not JSON; one value over any number of lines is expected, or one on each"));
}

absl::StatusOr<std::optional<std::string>> JsonFeed::next() {
  while (read_ < text_.size()) {
    std::size_t end = text_.find('\n', read_);
    if (end == std::string::npos) {
      if (!ended_) break;
      end = text_.size();
    }
    const std::string_view line = std::string_view(text_).substr(read_, end - read_);
    read_ = std::min(end + 1, text_.size());
    ++line_;
    if (value_.empty()) {
      if (trim(line).empty()) continue;
      value_line_ = line_;
    }
    append(value_, value_.empty() ? "" : "\n", line);
    if (!is_closed_after(line)) continue;
    std::string value(trim(value_));
    value_.clear();
    depth_ = 0;
    if (!nlohmann::json::accept(value)) return wrong(line_);
    return value;
  }
  text_.erase(0, read_);
  read_ = 0;
  if (!ended_ || value_.empty()) return std::nullopt;
  value_.clear();
  return wrong(value_line_);
}

}  // namespace fairlead::cli
