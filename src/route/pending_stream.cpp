#include "route/pending_stream.hpp"

#include "core/strings.hpp"
#include "rpc/status_wire.hpp"

namespace fairlead::route {

void PendingStream::on_no_responders() {
  const std::string_view service = subject_.substr(0, subject_.rfind('.'));
  absl::Status status = absl::UnavailableError(concat("no instance of ", service, " is up"));
  rpc::mark_never_ran(status);
  receiver_.on_failed(status);
}

}  // namespace fairlead::route
