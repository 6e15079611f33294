#pragma once

#include <cstddef>
#include <string_view>

namespace fairlead {

/// Deeper JSON from the outside is refused: writing it out again takes stack for each level.
inline constexpr std::size_t kMaxJsonDepth = 100;

/// Whether arrays and objects in `json` nest deeper than `limit`. The text need not be valid.
bool nests_deeper_than(std::string_view json, std::size_t limit);

}  // namespace fairlead
