#include "rpc/refusal.hpp"

#include "rpc/status_wire.hpp"

namespace fairlead::rpc {

absl::Status refused_here(const std::string& message) {
  absl::Status status = absl::UnavailableError(message);
  mark_never_ran(status);
  set_retry_pushback(status, std::chrono::milliseconds(-1));
  return status;
}

}  // namespace fairlead::rpc
