#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace fairlead {

/// A place in a table and which use of it: what finds the owner of a message by an array access. A
/// message for a former user of the place is recognised by the generation, if that is another.
///
/// In a subject it is one token of 11 characters.
struct SlotToken {
  /// Characters of the token.
  static constexpr std::size_t kSize = 11;
  /// Generations are counted modulo this plus one.
  static constexpr std::uint32_t kGenerationMask = (1u << 30) - 1;

  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
};

/// Writes the token; `to` has room for SlotToken::kSize characters.
void write_token(SlotToken token, char* to);

/// Reads one; false if `text` is none.
bool read_token(std::string_view text, SlotToken& token);

}  // namespace fairlead
