#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

/// The three answers of NATS' service discovery (ADR-32), as structs and as the JSON that travels.
/// Services write them with to_json(), tools read them with parse_…().
namespace fairlead::discovery {

using StringMap = std::map<std::string, std::string>;

/// Who an instance is: what all three answers begin with.
struct Identity {
  /// The kind of service, shared by its instances: `calc-Calc`.
  std::string name;
  std::string id;
  std::string version;
  StringMap metadata;
};

/// `io.nats.micro.v1.ping_response`
struct PingResponse : Identity {};

struct EndpointInfo {
  std::string name;
  std::string subject;
  /// Empty: none, every instance gets every message.
  std::string queue_group;
  StringMap metadata;
};

/// `io.nats.micro.v1.info_response`
struct InfoResponse : Identity {
  std::string description;
  std::vector<EndpointInfo> endpoints;
};

struct EndpointStats {
  std::string name;
  std::string subject;
  std::string queue_group;
  /// All requests, those that failed included.
  std::uint64_t num_requests = 0;
  std::uint64_t num_errors = 0;
  /// `<code>:<description>`, empty if there was none.
  std::string last_error;
  /// In all requests together.
  std::chrono::nanoseconds processing_time = std::chrono::nanoseconds::zero();
  /// The service's own figures: any JSON value, as text. Empty: none.
  std::string data;

  /// Zero when there were no requests.
  std::chrono::nanoseconds average_processing_time() const {
    if (num_requests == 0) return std::chrono::nanoseconds::zero();
    return processing_time / static_cast<std::int64_t>(num_requests);
  }
};

/// `io.nats.micro.v1.stats_response`
struct StatsResponse : Identity {
  /// When the instance was started, or its figures were last set to zero.
  std::chrono::system_clock::time_point started;
  std::vector<EndpointStats> endpoints;
};

/// The JSON of an answer: one line, every field of the official schema present, strings escaped.
/// Bytes that are not UTF-8 are replaced by U+FFFD. Never fails; `data` that is no JSON is left
/// out.
std::string to_json(const PingResponse& response);
std::string to_json(const InfoResponse& response);
std::string to_json(const StatsResponse& response);

/// Reads an answer. What foreign services leave out although they should not is taken as empty or
/// zero, except name and id; a wrong `type` or a value of the wrong kind is INVALID_ARGUMENT naming
/// the field.
absl::StatusOr<PingResponse> parse_ping(std::string_view json);
absl::StatusOr<InfoResponse> parse_info(std::string_view json);
absl::StatusOr<StatsResponse> parse_stats(std::string_view json);

}  // namespace fairlead::discovery
