#include "codegen/model.hpp"

#include <limits>

#include <absl/strings/str_join.h>
#include <absl/strings/str_replace.h>
#include <absl/strings/str_split.h>
#include <absl/strings/strip.h>

#include "fairlead/options.pb.h"

#include "codegen/plugin_options.hpp"

namespace fairlead::codegen {
namespace {

namespace protobuf = google::protobuf;

// The numbers of fields in descriptor.proto, of which the path to a place is made.
std::vector<int> path_of(const protobuf::ServiceDescriptor& service) {
  return {protobuf::FileDescriptorProto::kServiceFieldNumber, service.index()};
}
std::vector<int> path_of(const protobuf::MethodDescriptor& method) {
  std::vector<int> path = path_of(*method.service());
  path.push_back(protobuf::ServiceDescriptorProto::kMethodFieldNumber);
  path.push_back(method.index());
  return path;
}

// The place of the longest beginning of `path` that protoc has recorded, but not of less than the
// first `least` numbers.
Place find_place(const protobuf::FileDescriptor& file, std::vector<int> path, std::size_t least) {
  protobuf::SourceLocation location;
  for (; path.size() >= least; path.pop_back()) {
    if (file.GetSourceLocation(path, &location)) {
      return {file.name(), location.start_line + 1, location.start_column + 1};
    }
  }
  return {file.name(), 1, 1};
}

std::vector<std::string> comment_of(const protobuf::FileDescriptor& file,
                                    const std::vector<int>& path) {
  protobuf::SourceLocation location;
  if (!file.GetSourceLocation(path, &location)) return {};
  const std::string& text =
      location.leading_comments.empty() ? location.trailing_comments : location.leading_comments;
  std::vector<std::string> lines;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (lines.empty()) absl::ConsumePrefix(&line, "*");  // what is left of `/**`
    absl::ConsumePrefix(&line, " ");
    line = absl::StripTrailingAsciiWhitespace(line);
    if (line.empty() && lines.empty()) continue;
    std::string& clean = lines.emplace_back();
    for (char letter : line) clean += static_cast<unsigned char>(letter) < 0x20 ? ' ' : letter;
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

// The first paragraph of a comment, as one line.
std::string first_paragraph(const std::vector<std::string>& comment) {
  std::vector<std::string> lines;
  for (const std::string& line : comment) {
    if (line.empty()) break;
    lines.emplace_back(absl::StripAsciiWhitespace(line));
  }
  return absl::StrJoin(lines, " ");
}

Method make_method(const protobuf::MethodDescriptor& descriptor, Problems& problems) {
  const MethodOptions& options = descriptor.options().GetExtension(fairlead::method);
  Method method;
  method.descriptor = &descriptor;
  method.name = descriptor.name();
  method.full_name = descriptor.full_name();
  method.subject = options.subject().empty() ? descriptor.full_name() : options.subject();
  method.aliases = {options.alias().begin(), options.alias().end()};
  method.idempotent = options.idempotent();
  method.concurrency = options.concurrency();
  method.oneway = options.oneway();
  method.layers = policy_layers(options);
  for (const PolicyLayer& layer : method.layers) {
    const std::string fault = policy_fault(options, layer.option);
    if (fault.empty()) continue;
    problems.add(place_of(method, layer.option),
                 "the option " + layer.name + " of " + method.full_name + ": " + fault);
  }
  method.client_streams = descriptor.client_streaming();
  method.server_streams = descriptor.server_streaming();
  method.comment = comment_of(*descriptor.file(), path_of(descriptor));
  if (options.has_timeout()) {
    const std::int64_t seconds = options.timeout().seconds();
    const std::int32_t nanos = options.timeout().nanos();
    constexpr std::int64_t kMostSeconds = std::numeric_limits<std::int64_t>::max() / 1000000000 - 1;
    if (seconds < 0 || nanos < 0 || nanos > 999999999 || (seconds == 0 && nanos == 0) ||
        seconds > kMostSeconds) {
      problems.add(place_of(method, MethodOptions::kTimeoutFieldNumber),
                   "the timeout of " + method.full_name +
                       " must be more than zero and less than 292 years, with nanos from 0 to "
                       "999999999");
    } else {
      method.timeout = std::chrono::seconds(seconds) + std::chrono::nanoseconds(nanos);
    }
  }
  return method;
}

Service make_service(const protobuf::ServiceDescriptor& descriptor, const Options& plugin,
                     Problems& problems) {
  const ServiceOptions& options = descriptor.options().GetExtension(fairlead::service);
  Service service;
  service.descriptor = &descriptor;
  service.name = descriptor.name();
  service.full_name = descriptor.full_name();
  service.comment = comment_of(*descriptor.file(), path_of(descriptor));
  service.discovery_name = options.name().empty()
                               ? absl::StrReplaceAll(service.full_name, {{".", "-"}})
                               : options.name();
  service.version = options.version().empty() ? plugin.version : options.version();
  service.description =
      options.description().empty() ? first_paragraph(service.comment) : options.description();
  service.queue_group = options.queue_group().empty() ? "q" : options.queue_group();
  service.prefix = plugin.prefix;
  for (int index = 0; index < descriptor.method_count(); ++index) {
    service.methods.push_back(make_method(*descriptor.method(index), problems));
  }
  return service;
}

}  // namespace

File make_model(const protobuf::FileDescriptor& descriptor, const Options& options,
                Problems& problems) {
  File file;
  file.descriptor = &descriptor;
  file.path = descriptor.name();
  file.stem = std::string(absl::StripSuffix(descriptor.name(), ".proto"));
  file.package = descriptor.package();
  for (int index = 0; index < descriptor.service_count(); ++index) {
    file.services.push_back(make_service(*descriptor.service(index), options, problems));
  }
  return file;
}

Place place_of(const Service& service, int option) {
  std::vector<int> path = path_of(*service.descriptor);
  const std::size_t least = path.size();
  path.insert(path.end(), {protobuf::ServiceDescriptorProto::kOptionsFieldNumber,
                           fairlead::kServiceFieldNumber, option});
  if (option == 0) path.resize(least);
  return find_place(*service.descriptor->file(), std::move(path), least);
}

Place place_of(const Method& method, int option) {
  std::vector<int> path = path_of(*method.descriptor);
  const std::size_t least = path.size();
  path.insert(path.end(), {protobuf::MethodDescriptorProto::kOptionsFieldNumber,
                           fairlead::kMethodFieldNumber, option});
  if (option == 0) path.resize(least);
  return find_place(*method.descriptor->file(), std::move(path), least);
}

}  // namespace fairlead::codegen
