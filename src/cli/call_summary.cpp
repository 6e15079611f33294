#include "cli/call_summary.hpp"

#include <cmath>

#include <absl/strings/str_format.h>
#include <nlohmann/json.hpp>

#include "cli/format.hpp"
#include "cli/table.hpp"
#include "core/strings.hpp"
#include "rpc/status_wire.hpp"

namespace fairlead::cli {

void CallSummary::record(const absl::Status& status, std::chrono::nanoseconds taken) {
  times_.record(static_cast<std::uint64_t>(taken.count()));
  if (status.ok()) return;
  ++failed_;
  Failure& failure = failures_[std::string(rpc::code_name(status.code()))];
  if (failure.count++ == 0) failure.first_message = std::string(message_of(status));
}

double CallSummary::rate(std::chrono::nanoseconds elapsed) const {
  const double seconds = std::chrono::duration<double>(elapsed).count();
  return seconds > 0 ? static_cast<double>(times_.count()) / seconds : 0;
}

std::string CallSummary::text(std::chrono::nanoseconds elapsed) const {
  const auto time = [](std::uint64_t nanoseconds) {
    return format_duration(std::chrono::nanoseconds(nanoseconds));
  };
  const auto calls_per_second = static_cast<std::uint64_t>(std::llround(rate(elapsed)));
  std::string text =
      concat(format_count(times_.count()), " calls in ", format_duration(elapsed), ": ",
             format_count(calls_per_second), " calls/s, p50 ", time(times_.quantile(0.5)), ", p99 ",
             time(times_.quantile(0.99)), ", slowest ", time(times_.max()), "\n");
  if (failed_ == 0) return text + "none failed\n";
  append(text, format_count(failed_), " failed\n");
  for (const auto& [code, failure] : failures_) {
    append(text, "  ", format_count(failure.count), " ", code, ": ",
           printable(failure.first_message), "\n");
  }
  return text;
}

std::string CallSummary::json(std::chrono::nanoseconds elapsed) const {
  nlohmann::ordered_json json;
  json["calls"] = times_.count();
  json["failed"] = failed_;
  json["elapsed"] = elapsed.count();
  json["calls_per_second"] = rate(elapsed);
  json["p50"] = times_.quantile(0.5);
  json["p99"] = times_.quantile(0.99);
  json["max"] = times_.max();
  auto& failures = json["failures"] = nlohmann::ordered_json::object();
  for (const auto& [code, failure] : failures_) {
    failures[code] = {{"count", failure.count}, {"first_message", failure.first_message}};
  }
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace fairlead::cli
