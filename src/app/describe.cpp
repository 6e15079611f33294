#include "app/describe.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <absl/strings/str_cat.h>
#include <nlohmann/json.hpp>

#include "discovery/schema.hpp"

namespace fairlead {
namespace {

using google::protobuf::FileDescriptor;
using Row = std::array<std::string, 6>;

// `2s`, `500ms`, `1500us`: in the largest unit in which it is a whole number.
std::string text_of(std::chrono::nanoseconds duration) {
  constexpr std::pair<std::int64_t, const char*> kUnits[] = {
      {3'600'000'000'000, "h"}, {60'000'000'000, "m"}, {1'000'000'000, "s"},
      {1'000'000, "ms"},        {1'000, "us"},         {1, "ns"}};
  for (const auto& [unit, name] : kUnits) {
    if (duration.count() != 0 && duration.count() % unit == 0) {
      return absl::StrCat(duration.count() / unit, name);
    }
  }
  return "0s";
}

std::string name_of(const google::protobuf::Descriptor* message) {
  return message == nullptr ? std::string() : message->full_name();
}

std::string traits_of(const MethodDescription& method) {
  std::string traits = method.idempotent ? "idempotent" : "";
  if (method.oneway) traits += traits.empty() ? "oneway" : ", oneway";
  return traits;
}

// A method and, in further rows, the other subjects on which it answers.
void append_rows(const ServiceDescription& service, const MethodDescription& method,
                 std::vector<Row>& rows) {
  rows.push_back({method.name, with_prefix(service.prefix, method.subject),
                  std::string(kind_name(method.kind)), text_of(method.timeout),
                  absl::StrCat(name_of(method.request), " -> ", name_of(method.response)),
                  traits_of(method)});
  for (const std::string& alias : method.aliases) {
    rows.push_back({"", with_prefix(service.prefix, alias), "", "", "", ""});
  }
}

std::string table(const std::vector<Row>& rows) {
  std::array<std::size_t, 6> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line = " ";
    for (std::size_t i = 0; i < row.size(); ++i) {
      absl::StrAppend(&line, " ", row[i], std::string(widths[i] - row[i].size() + 1, ' '));
    }
    line.erase(line.find_last_not_of(' ') + 1);
    absl::StrAppend(&text, line, "\n");
  }
  return text;
}

nlohmann::ordered_json json_of(const ServiceDescription& service) {
  nlohmann::ordered_json json = {
      {"service", service.full_name},       {"name", service.name},
      {"version", service.version},         {"description", service.description},
      {"queue_group", service.queue_group}, {"methods", nlohmann::ordered_json::array()}};
  for (const MethodDescription& method : service.methods) {
    auto aliases = nlohmann::ordered_json::array();
    for (const std::string& alias : method.aliases) {
      aliases.push_back(with_prefix(service.prefix, alias));
    }
    json["methods"].push_back({{"name", method.name},
                               {"full_name", method.full_name},
                               {"subject", with_prefix(service.prefix, method.subject)},
                               {"aliases", aliases},
                               {"kind", std::string(kind_name(method.kind))},
                               {"timeout", text_of(method.timeout)},
                               {"idempotent", method.idempotent},
                               {"oneway", method.oneway},
                               {"request", name_of(method.request)},
                               {"response", name_of(method.response)},
                               {"comment", method.comment}});
  }
  return json;
}

}  // namespace

std::string describe_text(const std::vector<const ServiceDescription*>& services) {
  std::string text;
  for (const ServiceDescription* service : services) {
    absl::StrAppend(&text, text.empty() ? "" : "\n", service->full_name, " ", service->version,
                    "\n");
    if (!service->description.empty()) absl::StrAppend(&text, service->description, "\n");
    std::vector<Row> rows = {{"METHOD", "SUBJECT", "KIND", "TIMEOUT", "MESSAGES", ""}};
    for (const MethodDescription& method : service->methods) append_rows(*service, method, rows);
    absl::StrAppend(&text, "\n", table(rows));
  }
  return text;
}

std::string describe_json(const std::string& program,
                          const std::vector<const ServiceDescription*>& services) {
  nlohmann::ordered_json json = {{"program", program},
                                 {"services", nlohmann::ordered_json::array()}};
  for (const ServiceDescription* service : services) json["services"].push_back(json_of(*service));
  return json.dump(2) + "\n";
}

std::string schema_proto(const std::vector<const ServiceDescription*>& services) {
  std::set<const FileDescriptor*> seen;
  std::string text;
  for (const ServiceDescription* service : services) {
    if (service->file == nullptr || !seen.insert(service->file).second) continue;
    google::protobuf::DebugStringOptions options;
    options.include_comments = true;
    absl::StrAppend(&text, text.empty() ? "" : "\n", "// ", service->file->name(), "\n",
                    service->file->DebugStringWithOptions(options));
  }
  return text;
}

google::protobuf::FileDescriptorSet schema_of(
    const std::vector<const ServiceDescription*>& services) {
  std::vector<const FileDescriptor*> files;
  for (const ServiceDescription* service : services) {
    if (service->file != nullptr) files.push_back(service->file);
  }
  return discovery::with_imports(files);
}

}  // namespace fairlead
