#pragma once

#include <string>

#include <absl/status/status.h>

namespace fairlead::rpc {

/// The UNAVAILABLE of a call that a layer on this side did not let through: it never ran, and is
/// not to be repeated now.
absl::Status refused_here(const std::string& message);

}  // namespace fairlead::rpc
