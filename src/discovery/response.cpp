#include "discovery/response.hpp"

#include <limits>

#include <absl/time/time.h>
#include <nlohmann/json.hpp>

#include "core/json_depth.hpp"
#include "core/strings.hpp"

namespace fairlead::discovery {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kPingType = "io.nats.micro.v1.ping_response";
constexpr std::string_view kInfoType = "io.nats.micro.v1.info_response";
constexpr std::string_view kStatsType = "io.nats.micro.v1.stats_response";

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json metadata_to_json(const StringMap& metadata) {
  Json json = Json::object();  // an empty map must be {}, not null
  for (const auto& [key, value] : metadata) json[key] = value;
  return json;
}

Json start_json(std::string_view type, const Identity& identity) {
  Json json;
  json["type"] = type;
  json["name"] = identity.name;
  json["id"] = identity.id;
  json["version"] = identity.version;
  json["metadata"] = metadata_to_json(identity.metadata);
  return json;
}

std::string format_time(std::chrono::system_clock::time_point time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", absl::FromChrono(time), absl::UTCTimeZone());
}

/// Reads the fields of one JSON object and keeps the first thing that is wrong with them.
class Reader {
 public:
  Reader(const Json& json, std::string place) : json_(json), place_(std::move(place)) {}

  void read(const char* key, std::string& value) {
    const Json* field = find(key);
    if (field == nullptr) return;
    if (!field->is_string()) return fail(key, "a string", *field);
    value = field->get_ref<const std::string&>();
  }

  void read_required(const char* key, std::string& value) {
    read(key, value);
    if (value.empty() && status_.ok()) {
      status_ = absl::InvalidArgumentError(concat(place_, key, " is missing or empty"));
    }
  }

  void read(const char* key, StringMap& values) {
    const Json* field = find(key);
    if (field == nullptr) return;
    if (!field->is_object()) return fail(key, "an object", *field);
    for (const auto& [name, value] : field->items()) {
      if (!value.is_string()) return fail(concat(key, ".", name), "a string", value);
      values[name] = value.get_ref<const std::string&>();
    }
  }

  /// Numbers with a fraction are cut: some libraries send times as floats.
  std::int64_t read_number(const char* key) {
    const Json* field = find(key);
    if (field == nullptr) return 0;
    const bool whole = field->is_number_integer();
    const double value = field->is_number() ? field->get<double>() : -1;
    if (!(value >= 0) || value >= 9.2e18) {
      fail(key, "a number from 0", *field);
      return 0;
    }
    return whole ? field->get<std::int64_t>() : static_cast<std::int64_t>(value);
  }

  void read(const char* key, std::chrono::system_clock::time_point& value) {
    std::string text;
    read(key, text);
    if (text.empty()) return;
    absl::Time time;
    if (!absl::ParseTime(absl::RFC3339_full, text, &time, nullptr)) {
      return fail(key, "an RFC 3339 time", Json(text));
    }
    value = absl::ToChronoTime(time);
  }

  /// The elements of an array, each with its place for messages.
  template <typename Read>
  void read_each(const char* key, Read read_element) {
    const Json* field = find(key);
    if (field == nullptr) return;
    if (!field->is_array()) return fail(key, "an array", *field);
    for (std::size_t index = 0; index < field->size() && status_.ok(); ++index) {
      const std::string place = concat(place_, key, "[", index, "]");
      if (!(*field)[index].is_object()) {
        return fail(concat(key, "[", index, "]"), "an object", (*field)[index]);
      }
      Reader reader((*field)[index], place + ".");
      read_element(reader);
      status_ = reader.status_;
    }
  }

  std::string read_any(const char* key) const {
    const Json* field = find(key);
    return field == nullptr ? std::string() : dump(*field);
  }

  const absl::Status& status() const { return status_; }

 private:
  /// Null counts as absent: nats.go writes it for empty maps and lists.
  const Json* find(const char* key) const {
    const auto field = json_.find(key);
    return field == json_.end() || field->is_null() ? nullptr : &*field;
  }

  void fail(std::string_view key, std::string_view expected, const Json& found) {
    if (!status_.ok()) return;
    status_ = absl::InvalidArgumentError(
        concat(place_, key, " is ", found.type_name(), " and should be ", expected));
  }

  const Json& json_;
  std::string place_;
  absl::Status status_;
};

absl::StatusOr<Json> parse(std::string_view text, std::string_view expected_type) {
  if (nests_deeper_than(text, kMaxJsonDepth)) {
    return absl::InvalidArgumentError(
        concat("the answer nests deeper than ", kMaxJsonDepth, " levels"));
  }
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return absl::InvalidArgumentError("the answer is not a JSON object");
  std::string type;
  Reader reader(json, "");
  reader.read("type", type);
  if (type != expected_type) {
    return absl::InvalidArgumentError(
        concat("the answer's type is \"", type, "\" and should be \"", expected_type, "\""));
  }
  return json;
}

void read_identity(Reader& reader, Identity& identity) {
  reader.read_required("name", identity.name);
  reader.read_required("id", identity.id);
  reader.read("version", identity.version);
  reader.read("metadata", identity.metadata);
}

EndpointInfo read_endpoint_info(Reader& reader) {
  EndpointInfo endpoint;
  reader.read_required("name", endpoint.name);
  reader.read("subject", endpoint.subject);
  reader.read("queue_group", endpoint.queue_group);
  reader.read("metadata", endpoint.metadata);
  return endpoint;
}

EndpointStats read_endpoint_stats(Reader& reader) {
  EndpointStats endpoint;
  reader.read_required("name", endpoint.name);
  reader.read("subject", endpoint.subject);
  reader.read("queue_group", endpoint.queue_group);
  endpoint.num_requests = static_cast<std::uint64_t>(reader.read_number("num_requests"));
  endpoint.num_errors = static_cast<std::uint64_t>(reader.read_number("num_errors"));
  reader.read("last_error", endpoint.last_error);
  endpoint.processing_time = std::chrono::nanoseconds(reader.read_number("processing_time"));
  endpoint.data = reader.read_any("data");
  return endpoint;
}

}  // namespace

std::string to_json(const PingResponse& response) {
  return dump(start_json(kPingType, response));
}

std::string to_json(const InfoResponse& response) {
  Json json = start_json(kInfoType, response);
  json["description"] = response.description;
  Json& endpoints = json["endpoints"] = Json::array();
  for (const EndpointInfo& endpoint : response.endpoints) {
    Json entry;
    entry["name"] = endpoint.name;
    entry["subject"] = endpoint.subject;
    entry["queue_group"] = endpoint.queue_group;
    entry["metadata"] = metadata_to_json(endpoint.metadata);
    endpoints.push_back(std::move(entry));
  }
  return dump(json);
}

std::string to_json(const StatsResponse& response) {
  Json json = start_json(kStatsType, response);
  json["started"] = format_time(response.started);
  Json& endpoints = json["endpoints"] = Json::array();
  for (const EndpointStats& endpoint : response.endpoints) {
    Json entry;
    entry["name"] = endpoint.name;
    entry["subject"] = endpoint.subject;
    entry["queue_group"] = endpoint.queue_group;
    entry["num_requests"] = endpoint.num_requests;
    entry["num_errors"] = endpoint.num_errors;
    entry["last_error"] = endpoint.last_error;
    entry["processing_time"] = endpoint.processing_time.count();
    entry["average_processing_time"] = endpoint.average_processing_time().count();
    Json data = Json::parse(endpoint.data, nullptr, /*allow_exceptions=*/false);
    if (!data.is_discarded()) entry["data"] = std::move(data);
    endpoints.push_back(std::move(entry));
  }
  return dump(json);
}

absl::StatusOr<PingResponse> parse_ping(std::string_view json) {
  absl::StatusOr<Json> parsed = parse(json, kPingType);
  if (!parsed.ok()) return parsed.status();
  PingResponse response;
  Reader reader(*parsed, "");
  read_identity(reader, response);
  if (!reader.status().ok()) return reader.status();
  return response;
}

absl::StatusOr<InfoResponse> parse_info(std::string_view json) {
  absl::StatusOr<Json> parsed = parse(json, kInfoType);
  if (!parsed.ok()) return parsed.status();
  InfoResponse response;
  Reader reader(*parsed, "");
  read_identity(reader, response);
  reader.read("description", response.description);
  reader.read_each("endpoints", [&response](Reader& element) {
    response.endpoints.push_back(read_endpoint_info(element));
  });
  if (!reader.status().ok()) return reader.status();
  return response;
}

absl::StatusOr<StatsResponse> parse_stats(std::string_view json) {
  absl::StatusOr<Json> parsed = parse(json, kStatsType);
  if (!parsed.ok()) return parsed.status();
  StatsResponse response;
  Reader reader(*parsed, "");
  read_identity(reader, response);
  reader.read("started", response.started);
  reader.read_each("endpoints", [&response](Reader& element) {
    response.endpoints.push_back(read_endpoint_stats(element));
  });
  if (!reader.status().ok()) return reader.status();
  return response;
}

}  // namespace fairlead::discovery
