#include "rpc/abandonment.hpp"

#include "core/strings.hpp"

namespace fairlead::rpc {

absl::Status given_up(std::string_view subject) {
  return absl::CancelledError(concat("the call of ", subject, " was given up"));
}

}  // namespace fairlead::rpc
