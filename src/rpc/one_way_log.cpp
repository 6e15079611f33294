#include "rpc/one_way_log.hpp"

#include <string>

namespace fairlead::rpc {

void OneWayLog::failed(const Logger& logger, const absl::Status& status, Deadline::TimePoint now) {
  ++untold_;
  if (now < next_) return;
  next_ = now + std::chrono::seconds(1);
  logger.warning(message_, {{"status", status.ToString()}, {"calls", std::to_string(untold_)}});
  untold_ = 0;
}

}  // namespace fairlead::rpc
