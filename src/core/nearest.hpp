#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairlead {

/// The word of `known` that someone who wrote `word` may have meant: the one with the fewest
/// letters inserted, left out, changed or swapped with their neighbour, if these are no more than a
/// third of it. Case does not count. The first of several equally near ones.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace fairlead
