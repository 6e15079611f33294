#pragma once

#include <cstddef>

namespace fairlead::cli {

/// How large a terminal is, in characters.
struct ScreenSize {
  std::size_t rows = 24;
  std::size_t columns = 80;
};

}  // namespace fairlead::cli
