#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fairlead::codegen {

/// The one of `names`, which are not none, that is written most like `name`.
std::string nearest(std::string_view name, const std::vector<std::string>& names);

}  // namespace fairlead::codegen
