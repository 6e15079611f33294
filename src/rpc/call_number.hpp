#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace fairlead::rpc {

/// The number of a call, as eight hexadecimal digits. It goes with the request in the header
/// `fl-call`, and a service sends it back with the reply. So replies are told apart although they
/// come to a subject that had others before: a nats-server looks up a subject that it knows in a
/// cache, and a new one in all subscriptions.
class CallNumber {
 public:
  static constexpr std::size_t kSize = 8;
  static constexpr std::string_view kHeader = "fl-call";

  explicit CallNumber(std::uint32_t number);

  std::string_view text() const { return {digits_, kSize}; }

 private:
  char digits_[kSize];
};

/// Whether a service sends `text` back: 1 to 64 visible characters of ASCII, for it is not for it
/// to say how callers number their calls.
bool is_call_number(std::string_view text);

/// The number that a reply carries; nothing if it has none. It points into the block.
std::optional<std::string_view> call_number_of(std::string_view header_block);

/// Whether the header of a reply tells the number of its call and nothing else.
bool is_only_call_number(std::string_view header_block);

}  // namespace fairlead::rpc
