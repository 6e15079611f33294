#pragma once

#include <memory>

#include "fairlead/loop.hpp"

#include "rpc/route.hpp"

namespace fairlead::rpc {

/// Something between the layers of clients and their route, at the place of the network; for tests.
class Interposition {
 public:
  virtual ~Interposition() = default;

  /// What a client's calls go through instead of `route`, for as long as the client lives; both
  /// arguments outlive it.
  virtual std::unique_ptr<Route> wrap(Loop& loop, Route& route) = 0;
};

}  // namespace fairlead::rpc
