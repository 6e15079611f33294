#pragma once

#include <string_view>

#include <absl/status/status.h>

namespace fairlead::rpc {

/// `status`, not OK, with ` (note)` behind its message and all else as it is; unchanged if the note
/// is empty.
absl::Status annotate(absl::Status status, std::string_view note);

}  // namespace fairlead::rpc
