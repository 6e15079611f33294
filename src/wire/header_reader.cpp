#include "wire/header_reader.hpp"

#include "core/strings.hpp"

namespace fairlead::wire {
namespace {

constexpr std::string_view kVersion = "NATS/1.0";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

HeaderReader::HeaderReader(std::string_view block) : rest_(block) {
  if (block.empty()) return;
  std::string_view line;
  if (!take_line(line) || line.substr(0, kVersion.size()) != kVersion) {
    valid_ = false;
    rest_ = {};
    return;
  }
  line.remove_prefix(kVersion.size());
  if (!line.empty() && line.front() != ' ' && line.front() != '\t') {
    valid_ = false;
    rest_ = {};
    return;
  }
  line = trim(line);
  if (line.size() >= 3 && is_digit(line[0]) && is_digit(line[1]) && is_digit(line[2]) &&
      (line.size() == 3 || !is_digit(line[3]))) {
    status_ = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    description_ = trim(line.substr(3));
  }
}

bool HeaderReader::take_line(std::string_view& line) {
  const std::size_t end = rest_.find('\n');
  if (end == std::string_view::npos || end == 0 || rest_[end - 1] != '\r') return false;
  line = rest_.substr(0, end - 1);
  rest_.remove_prefix(end + 1);
  return true;
}

bool HeaderReader::next() {
  if (rest_.empty()) return false;
  std::string_view line;
  if (!take_line(line)) {
    valid_ = false;
    rest_ = {};
    return false;
  }
  if (line.empty()) {
    // The blank line ends the block; bytes behind it belong to nothing.
    valid_ = rest_.empty();
    rest_ = {};
    return false;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    valid_ = false;
    rest_ = {};
    return false;
  }
  key_ = line.substr(0, colon);
  value_ = trim(line.substr(colon + 1));
  return true;
}

}  // namespace fairlead::wire
