#include "cli/bench_result.hpp"

#include <algorithm>
#include <cmath>

#include <absl/strings/str_format.h>
#include <nlohmann/json.hpp>

#include "cli/format.hpp"
#include "core/strings.hpp"

namespace fairlead::cli {
namespace {

std::string time(std::uint64_t nanoseconds) {
  return format_duration(std::chrono::nanoseconds(nanoseconds));
}

std::string rate_text(double rate) {
  return format_count(static_cast<std::uint64_t>(std::llround(rate)));
}

std::string size_text(std::uint64_t bytes) {
  return absl::StrFormat("%.1f MiB", static_cast<double>(bytes) / (1 << 20));
}

std::string headline(const BenchSetup& setup) {
  std::string line = concat(setup.method, ", ");
  if (setup.rate > 0) {
    append(line, "open loop at ", rate_text(setup.rate), " calls/s, at most ");
  } else {
    append(line, "closed loop, ");
  }
  append(line, format_count(setup.in_flight), " in flight, ", setup.connections,
         setup.connections == 1 ? " connection" : " connections");
  return line;
}

}  // namespace

void BenchResult::add(const BenchResult& other) {
  calls.add(other.calls);
  late.add(other.late);
  in_time += other.in_time;
  not_sent += other.not_sent;
  bytes_out += other.bytes_out;
  bytes_in += other.bytes_in;
  elapsed = std::max(elapsed, other.elapsed);
  interrupted = interrupted || other.interrupted;
}

double BenchResult::calls_per_second() const {
  const double seconds = std::chrono::duration<double>(elapsed).count();
  return seconds > 0 ? static_cast<double>(in_time) / seconds : 0;
}

std::string BenchResult::text(const BenchSetup& setup) const {
  const Histogram& times = calls.times();
  std::string text = concat(headline(setup), "\n\n");
  const auto row = [&](const char* name, const std::string& value) {
    append(text, absl::StrFormat("  %-9s", name), value, "\n");
  };
  row("calls", concat(format_count(times.count()), " in ", format_duration(elapsed),
                      interrupted ? ", then interrupted" : ""));
  row("calls/s", rate_text(calls_per_second()));
  row("p50", time(times.quantile(0.5)));
  row("p90", time(times.quantile(0.9)));
  row("p99", time(times.quantile(0.99)));
  row("p99.9", time(times.quantile(0.999)));
  row("max", time(times.max()));
  if (setup.rate > 0) {
    row("late", concat("p50 ", time(late.quantile(0.5)), ", p99 ", time(late.quantile(0.99)),
                       ", max ", time(late.max()), " from due to sent, part of the times above"));
  }
  row("out, in", concat(size_text(bytes_out), ", ", size_text(bytes_in)));
  append(text, "\n", calls.failures_text());
  if (not_sent > 0) {
    append(
        text, format_count(not_sent),
        " were due and not sent: the service, NATS or this machine cannot keep up with the rate\n");
  }
  if (setup.oneway) append(text, "Times are until nats-server has taken a one-way call.\n");
  if (setup.rate <= 0 && !setup.oneway) {
    append(text,
           "Times are those of a closed loop: when the service is slow, fewer calls are made, and "
           "the slowness\ncounts once. --rate measures times under a load.\n");
  }
  return text;
}

std::string BenchResult::json(const BenchSetup& setup) const {
  nlohmann::ordered_json json;
  json["method"] = setup.method;
  json["loop"] = setup.rate > 0 ? "open" : "closed";
  if (setup.rate > 0) json["rate"] = setup.rate;
  json["in_flight"] = setup.in_flight;
  json["connections"] = setup.connections;
  json["warm_up"] = setup.warm_up.count();
  json["elapsed"] = elapsed.count();
  json["interrupted"] = interrupted;
  json["calls_per_second"] = calls_per_second();
  calls.write_json(json);
  if (setup.rate > 0) {
    json["not_sent"] = not_sent;
    json["late"] = {{"p50", late.quantile(0.5)}, {"p99", late.quantile(0.99)}, {"max", late.max()}};
  }
  json["bytes_out"] = bytes_out;
  json["bytes_in"] = bytes_in;
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace fairlead::cli
