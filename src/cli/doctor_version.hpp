#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fairlead::cli {

/// What a nats-server of this version lacks that newer ones have, and what it is known to do wrong:
/// each a phrase, in the order of the versions that changed it. Nothing for a version that cannot
/// be read.
std::vector<std::string> what_server_lacks(std::string_view version);

}  // namespace fairlead::cli
