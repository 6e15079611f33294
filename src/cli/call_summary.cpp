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

void CallSummary::add(const CallSummary& other) {
  times_.add(other.times_);
  failed_ += other.failed_;
  for (const auto& [code, failure] : other.failures_) {
    Failure& own = failures_[code];
    if (own.count == 0) own.first_message = failure.first_message;
    own.count += failure.count;
  }
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
  return text + failures_text();
}

std::string CallSummary::failures_text() const {
  if (failed_ == 0) return "none failed\n";
  std::string text = concat(format_count(failed_), " failed\n");
  for (const auto& [code, failure] : failures_) {
    append(text, "  ", format_count(failure.count), " ", code, ": ",
           printable(failure.first_message), "\n");
  }
  return text;
}

std::string CallSummary::json(std::chrono::nanoseconds elapsed) const {
  nlohmann::ordered_json json;
  json["elapsed"] = elapsed.count();
  json["calls_per_second"] = rate(elapsed);
  write_json(json);
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

void CallSummary::write_json(nlohmann::ordered_json& json) const {
  json["calls"] = times_.count();
  json["failed"] = failed_;
  json["p50"] = times_.quantile(0.5);
  json["p90"] = times_.quantile(0.9);
  json["p99"] = times_.quantile(0.99);
  json["p99.9"] = times_.quantile(0.999);
  json["max"] = times_.max();
  auto& failures = json["failures"] = nlohmann::ordered_json::object();
  for (const auto& [code, failure] : failures_) {
    failures[code] = {{"count", failure.count}, {"first_message", failure.first_message}};
  }
}

}  // namespace fairlead::cli
