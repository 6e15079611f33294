#pragma once

#include <cstddef>
#include <string>

namespace fairlead::testing {

/// The process of an instance: serves at `url` until it is killed. `path` is the shared file,
/// `index` its place among the instances, `life` its place in Shared::lives.
int run_instance(const std::string& url, const std::string& path, std::size_t index,
                 std::size_t life);

}  // namespace fairlead::testing
