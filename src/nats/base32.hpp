#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fairlead::nats {

/// Base32 of RFC 4648, without padding: the letters of NKeys.
std::string encode_base32(std::string_view bytes);

/// Nothing if `text` has other letters, or bits at its end that no whole byte has.
std::optional<std::string> decode_base32(std::string_view text);

}  // namespace fairlead::nats
