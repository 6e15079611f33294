#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fairlead::cli {

/// How many columns of a terminal `text` takes: none for combining marks, two for the characters of
/// East Asia and for emoji. Bytes that are not UTF-8 count as one each.
std::size_t text_width(std::string_view text);

/// As much of `text` as fits into `columns` columns. Sequences that set colours (`ESC [ … m`) take
/// no room; what is cut in the midst of a colour ends with the plain one.
std::string cut_to_width(std::string_view text, std::size_t columns);

}  // namespace fairlead::cli
