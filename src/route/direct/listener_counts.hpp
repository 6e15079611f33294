#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "route/direct/refusal.hpp"

namespace fairlead::route::direct {

/// What a listener has done and does.
struct ListenerCounts {
  std::size_t links = 0;      // that stand now
  std::uint64_t entered = 0;  // that were ever let in
  std::array<std::uint64_t, kRefusals> refused = {};
};

}  // namespace fairlead::route::direct
