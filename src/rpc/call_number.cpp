#include "rpc/call_number.hpp"

#include <algorithm>

#include "core/strings.hpp"
#include "wire/header_reader.hpp"

namespace fairlead::rpc {
namespace {

// How a reply of ours begins.
constexpr std::string_view kStart = "NATS/1.0\r\nfl-call: ";
constexpr std::size_t kMaxSize = 64;
constexpr std::string_view kEnd = "\r\n\r\n";

}  // namespace

CallNumber::CallNumber(std::uint32_t number) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (std::size_t i = kSize; i > 0; --i, number >>= 4) digits_[i - 1] = kDigits[number & 15];
}

bool is_call_number(std::string_view text) {
  const auto visible = [](char letter) { return letter > ' ' && letter <= '~'; };
  return !text.empty() && text.size() <= kMaxSize && std::all_of(text.begin(), text.end(), visible);
}

std::optional<std::string_view> call_number_of(std::string_view header_block) {
  if (header_block.starts_with(kStart)) {
    const std::string_view rest = header_block.substr(kStart.size());
    const std::string_view digits = rest.substr(0, CallNumber::kSize);
    if (rest.find('\r') == digits.size() && digits.find(' ') == std::string_view::npos) {
      return digits;
    }
  }
  wire::HeaderReader reader(header_block);
  while (reader.next()) {
    if (equals_ignore_case(reader.key(), CallNumber::kHeader)) return reader.value();
  }
  return std::nullopt;
}

bool is_only_call_number(std::string_view header_block) {
  return header_block.size() == kStart.size() + CallNumber::kSize + kEnd.size() &&
         header_block.starts_with(kStart) && header_block.ends_with(kEnd);
}

}  // namespace fairlead::rpc
