#pragma once

#include <string>
#include <string_view>

namespace fairlead {

/// Appends `text` to `line` with everything that could break the line or steer a terminal written
/// as `\n`, `\t`, `\r` or `\xNN`: control characters and bytes that are not UTF-8.
void append_printable(std::string& line, std::string_view text);

/// Appends a value of a `key=value` pair: as append_printable() if that is unambiguous, else
/// between quotes, with `"` and `\` escaped.
void append_value(std::string& line, std::string_view value);

}  // namespace fairlead
