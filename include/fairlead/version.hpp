#pragma once

#include <string_view>

namespace fairlead {

/// The version of Fairlead, as in CMake's `project(fairlead VERSION …)`.
inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace fairlead
