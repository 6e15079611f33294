#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <absl/status/status.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/string_view.h>

/// Strings between std and Abseil. Debian builds Abseil with a string_view of its own, which
/// std::string_view does not convert to; these functions take and give std::string_view with any
/// build of Abseil.
namespace fairlead {

inline absl::string_view to_absl(std::string_view text) {
  return {text.data(), text.size()};
}
inline std::string_view to_std(absl::string_view text) {
  return {text.data(), text.size()};
}

/// The message of a status; holds as long as the status.
inline std::string_view message_of(const absl::Status& status) {
  return to_std(status.message());
}

namespace detail {

template <typename T>
decltype(auto) to_piece(const T& piece) {
  if constexpr (std::is_same_v<T, std::string_view>) {
    return to_absl(piece);
  } else {
    return (piece);
  }
}

}  // namespace detail

/// All pieces (texts and numbers) one after the other.
template <typename... Pieces>
std::string concat(const Pieces&... pieces) {
  return absl::StrCat(detail::to_piece(pieces)...);
}

/// Appends all pieces to `text`.
template <typename... Pieces>
void append(std::string& text, const Pieces&... pieces) {
  absl::StrAppend(&text, detail::to_piece(pieces)...);
}

/// Whether two ASCII texts are the same but for the case of letters.
bool equals_ignore_case(std::string_view a, std::string_view b);
bool starts_with_ignore_case(std::string_view text, std::string_view prefix);

/// `text` with everything that is not printable ASCII written as in C (`\n`, `\x01`, `\303`), so
/// that it stays on one line.
std::string escape(std::string_view text);

/// The pieces of `text` between the separators; one empty piece for an empty text.
std::vector<std::string_view> split(std::string_view text, char separator);

/// `text` without blanks, tabs and line ends at both ends.
std::string_view trim(std::string_view text);

/// The number that `text` is, in decimal without sign; nothing if it is none or too large.
std::optional<std::uint64_t> parse_number(std::string_view text);

/// Whether `text` is valid UTF-8, so that protobuf takes it as a string.
bool is_utf8(std::string_view text);

}  // namespace fairlead
