#include "rpc/request_log.hpp"

#include <absl/strings/str_format.h>

#include "core/strings.hpp"
#include "rpc/status_wire.hpp"

namespace fairlead::rpc {

void RequestLog::write(const absl::Status& status, std::chrono::nanoseconds taken,
                       std::string_view caller) {
  if (status.ok()) {
    due_ += share_;
    if (due_ < 1) return;
    due_ -= 1;
  }
  if (!logger_.enabled(LogLevel::kInfo)) return;
  const double milliseconds = static_cast<double>(taken.count()) / 1e6;
  logger_.info("call", {{"status", std::string(code_name(status.code()))},
                        {"duration", absl::StrFormat("%.3fms", milliseconds)},
                        {"caller", caller.empty() ? "one-way" : std::string(caller)}});
}

}  // namespace fairlead::rpc
