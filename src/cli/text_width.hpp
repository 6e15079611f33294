#pragma once

#include <cstddef>
#include <string_view>

namespace fairlead::cli {

/// How many columns of a terminal `text` takes: none for combining marks, two for the characters of
/// East Asia and for emoji. Bytes that are not UTF-8 count as one each.
std::size_t text_width(std::string_view text);

}  // namespace fairlead::cli
