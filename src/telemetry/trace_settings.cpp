#include "telemetry/trace_settings.hpp"

#include <charconv>

#include <absl/strings/ascii.h>
#include <absl/strings/str_split.h>
#include <unistd.h>

#include "fairlead/version.hpp"

#include "core/strings.hpp"

namespace fairlead::telemetry {
namespace {

constexpr const char* kEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
constexpr const char* kTracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";

/// Values written as in a URL: `%2C` is a comma. Nothing if a `%` is not followed by two digits.
std::optional<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    int byte = 0;
    const char* const start = text.data() + i + 1;
    if (i + 2 >= text.size() || std::from_chars(start, start + 2, byte, 16).ptr != start + 2) {
      return std::nullopt;
    }
    decoded += static_cast<char>(byte);
    i += 2;
  }
  return decoded;
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// `key=value,key=value`; nothing if it is not that.
std::optional<Pairs> parse_pairs(std::string_view text) {
  Pairs pairs;
  for (const std::string_view piece : split(text, ',')) {
    if (trim(piece).empty()) continue;
    const std::size_t equals = piece.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string_view key = trim(piece.substr(0, equals));
    const auto value = percent_decode(trim(piece.substr(equals + 1)));
    if (key.empty() || !value) return std::nullopt;
    pairs.emplace_back(key, *value);
  }
  return pairs;
}

class Reader {
 public:
  explicit Reader(const std::map<std::string, std::string>& environment)
      : environment_(environment) {}

  // Empty is as good as not set, says OpenTelemetry.
  std::string get(const std::string& name) const {
    const auto found = environment_.find(name);
    return found == environment_.end() ? "" : found->second;
  }
  // A name of several; OpenTelemetry has them in any case.
  std::string get_word(const char* name) const { return absl::AsciiStrToLower(get(name)); }
  // The first of two that is set, with its name.
  std::pair<std::string, std::string> get(const char* first, const char* second) const {
    if (std::string value = get(first); !value.empty()) return {first, value};
    return {second, get(second)};
  }

  void read_number(const char* name, std::uint64_t least, std::uint64_t& place) {
    const std::string text = get(name);
    if (text.empty()) return;
    const auto number = parse_number(text);
    if (number && *number >= least && *number <= 1'000'000'000) {
      place = *number;
    } else {
      warn(concat(name, ": \"", escape(text), "\" is not a number from ", least, " to 1000000000; ",
                  place, " is used"));
    }
  }
  void read_time(const char* name, std::chrono::milliseconds& place) {
    auto number = static_cast<std::uint64_t>(place.count());
    read_number(name, 1, number);
    place = std::chrono::milliseconds(number);
  }
  void read_size(const char* name, std::size_t& place) {
    std::uint64_t number = place;
    read_number(name, 1, number);
    place = number;
  }

  void warn(std::string text) { warnings.push_back(std::move(text)); }
  std::vector<std::string> warnings;

 private:
  const std::map<std::string, std::string>& environment_;
};

bool read_endpoint(Reader& reader, TraceSettings& settings) {
  std::string url = reader.get(kTracesEndpoint);
  const char* name = kTracesEndpoint;
  if (url.empty()) {
    name = kEndpoint;
    url = reader.get(kEndpoint);
    if (url.empty()) url = "http://localhost:4318";
    if (!url.ends_with('/')) url += '/';
    url += "v1/traces";
  }
  const auto endpoint = parse_endpoint(url);
  if (endpoint) {
    settings.endpoint = *endpoint;
    return true;
  }
  // A URL may hold a password.
  reader.warn(concat(name, url.starts_with("https:")
                               ? ": https is not supported, only http://host:port; send to a "
                                 "collector on this machine. No traces are exported"
                               : " is not a URL such as http://localhost:4318; no traces are "
                                 "exported"));
  return false;
}

void read_sampler(Reader& reader, TraceSettings& settings) {
  const std::string name = reader.get_word("OTEL_TRACES_SAMPLER");
  const std::string argument = reader.get("OTEL_TRACES_SAMPLER_ARG");
  double ratio = 1;
  if (!argument.empty()) {
    const char* const end = argument.data() + argument.size();
    const auto read = std::from_chars(argument.data(), end, ratio);
    if (read.ec != std::errc() || read.ptr != end || !(ratio >= 0 && ratio <= 1)) {
      ratio = 1;
      reader.warn(concat("OTEL_TRACES_SAMPLER_ARG: \"", escape(argument),
                         "\" is not a number from 0 to 1; 1 is used"));
    }
  }
  if (name.empty()) return;
  if (const auto sampler = Sampler::named(name, ratio)) {
    settings.sampler = *sampler;
  } else {
    reader.warn(concat("OTEL_TRACES_SAMPLER: \"", escape(name),
                       "\" is not always_on, always_off, traceidratio or one of these with "
                       "parentbased_ before it; parentbased_always_on is used"));
  }
}

void read_resource(Reader& reader, std::string_view service_name, TraceSettings& settings) {
  const std::string text = reader.get("OTEL_RESOURCE_ATTRIBUTES");
  auto pairs = parse_pairs(text);
  if (!pairs) {
    reader.warn("OTEL_RESOURCE_ATTRIBUTES is not key=value,…; it is ignored");
    pairs.emplace();
  }
  std::string name = reader.get("OTEL_SERVICE_NAME");
  for (const auto& [key, value] : *pairs) {
    if (key == "service.name") {
      if (name.empty()) name = value;
    } else {
      settings.resource.emplace_back(key, value);
    }
  }
  settings.resource.emplace_back("service.name", name.empty() ? std::string(service_name) : name);
  settings.resource.emplace_back("telemetry.sdk.name", "fairlead");
  settings.resource.emplace_back("telemetry.sdk.language", "cpp");
  settings.resource.emplace_back("telemetry.sdk.version", kVersion);
  settings.resource.emplace_back("process.pid", static_cast<std::int64_t>(::getpid()));
}

bool is_enabled(Reader& reader) {
  const std::string disabled = reader.get_word("OTEL_SDK_DISABLED");
  if (disabled == "true") return false;
  if (!disabled.empty() && disabled != "false") {
    reader.warn(concat("OTEL_SDK_DISABLED: \"", escape(disabled),
                       "\" is not true or false; it is as good as false"));
  }
  const std::string exporter = reader.get_word("OTEL_TRACES_EXPORTER");
  if (exporter == "none") return false;
  if (exporter.empty()) return !reader.get(kTracesEndpoint, kEndpoint).second.empty();
  if (exporter == "otlp") return true;
  reader.warn(concat("OTEL_TRACES_EXPORTER: \"", escape(exporter),
                     "\" is not otlp or none; no traces are exported"));
  return false;
}

// What OpenTelemetry knows and is not there: better said than silently done without.
void warn_of_missing(Reader& reader) {
  const auto protocol =
      reader.get("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL");
  if (!protocol.second.empty() && protocol.second != "http/protobuf") {
    reader.warn(concat(protocol.first, ": \"", escape(protocol.second),
                       "\" is not supported, only http/protobuf, which is used; receivers mostly "
                       "take it at port 4318"));
  }
  const auto compression =
      reader.get("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "OTEL_EXPORTER_OTLP_COMPRESSION");
  if (!compression.second.empty() && compression.second != "none") {
    reader.warn(concat(compression.first, ": \"", escape(compression.second),
                       "\" is not supported; spans are sent as they are"));
  }
  const std::string propagators = reader.get_word("OTEL_PROPAGATORS");
  if (!propagators.empty() && propagators.find("tracecontext") == std::string::npos) {
    reader.warn(concat("OTEL_PROPAGATORS: \"", escape(propagators),
                       "\" is not supported, only tracecontext, which is used"));
  }
}

}  // namespace

std::optional<OtlpEndpoint> parse_endpoint(std::string_view url) {
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) return std::nullopt;
  url.remove_prefix(kScheme.size());
  OtlpEndpoint endpoint;
  const std::size_t slash = std::min(url.find('/'), url.size());
  endpoint.path = slash == url.size() ? "/" : std::string(url.substr(slash));
  std::string_view address = url.substr(0, slash);
  std::string_view port = "80";
  // An IPv6 address stands in brackets.
  const std::size_t bracket = address.find(']');
  const std::size_t colon = address.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    port = address.substr(colon + 1);
    address = address.substr(0, colon);
  }
  if (address.starts_with('[') && address.ends_with(']')) {
    address = address.substr(1, address.size() - 2);
  }
  const auto number = parse_number(port);
  for (const char letter : url) {
    if (static_cast<unsigned char>(letter) <= ' ' || letter == '\x7f') return std::nullopt;
  }
  if (address.empty() || address.find('@') != std::string_view::npos || !number || *number == 0 ||
      *number > 65535) {
    return std::nullopt;
  }
  endpoint.host = address;
  endpoint.port = static_cast<std::uint16_t>(*number);
  return endpoint;
}

TraceSettings read_trace_settings(const std::map<std::string, std::string>& environment,
                                  std::string_view service_name) {
  TraceSettings settings;
  Reader reader(environment);
  if (is_enabled(reader) && read_endpoint(reader, settings)) {
    settings.enabled = true;
    warn_of_missing(reader);
    const auto headers =
        reader.get("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS");
    if (auto pairs = parse_pairs(headers.second)) {
      settings.headers = *std::move(pairs);
    } else {
      reader.warn(concat(headers.first, " is not key=value,…; it is ignored"));
    }
    reader.read_time("OTEL_EXPORTER_OTLP_TIMEOUT", settings.timeout);
    reader.read_time("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", settings.timeout);
    reader.read_time("OTEL_BSP_SCHEDULE_DELAY", settings.limits.delay);
    reader.read_time("OTEL_BSP_EXPORT_TIMEOUT", settings.limits.export_timeout);
    reader.read_size("OTEL_BSP_MAX_QUEUE_SIZE", settings.limits.queue);
    reader.read_size("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", settings.limits.batch);
    settings.limits.batch = std::min(settings.limits.batch, settings.limits.queue);
    read_sampler(reader, settings);
    read_resource(reader, service_name, settings);
  }
  settings.warnings = std::move(reader.warnings);
  return settings;
}

}  // namespace fairlead::telemetry
