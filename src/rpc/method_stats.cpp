#include "rpc/method_stats.hpp"

#include "core/strings.hpp"
#include "rpc/status_wire.hpp"

namespace fairlead::rpc {

void MethodStats::record(const absl::Status& status, std::chrono::nanoseconds taken) {
  ++requests;
  processing_time += taken;
  latency.record(static_cast<std::uint64_t>(taken.count()));
  ++by_code[static_cast<std::size_t>(status.code()) % by_code.size()];
  if (status.ok()) return;
  ++errors;
  last_error =
      concat(http_of_code(status.code()), ":",
             status.message().empty() ? to_absl(code_name(status.code())) : status.message());
}

}  // namespace fairlead::rpc
