#include "wire/header_writer.hpp"

namespace fairlead::wire {

void HeaderWriter::add(std::string_view key, std::string_view value) {
  if (finished_) {
    block_.resize(block_.size() - 2);
    finished_ = false;
  }
  if (block_.empty()) block_ = "NATS/1.0\r\n";
  block_.append(key).append(": ").append(value).append("\r\n");
}

std::string_view HeaderWriter::finish() {
  if (!block_.empty() && !finished_) {
    block_.append("\r\n");
    finished_ = true;
  }
  return block_;
}

bool is_valid_header_key(std::string_view key) {
  for (const char c : key) {
    if (c <= ' ' || c >= 0x7f || c == ':') return false;
  }
  return !key.empty();
}

bool is_valid_header_value(std::string_view value) {
  for (const char c : value) {
    if (c == '\r' || c == '\n' || c == '\0') return false;
  }
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  return value.empty() || (!blank(value.front()) && !blank(value.back()));
}

}  // namespace fairlead::wire
