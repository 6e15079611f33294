#include <algorithm>
#include <cctype>

#include <absl/strings/str_cat.h>
#include <google/protobuf/compiler/cpp/names.h>

#include "codegen/cpp/emitter.hpp"
#include "codegen/cpp/names.hpp"
#include "codegen/cpp/printer.hpp"
#include "codegen/cpp/stream.hpp"

namespace fairlead::codegen::cpp {
namespace {

std::string duration(std::chrono::nanoseconds time) {
  const std::int64_t count = time.count();
  if (count % 1000000000 == 0)
    return absl::StrCat("std::chrono::seconds(", count / 1000000000, ")");
  if (count % 1000000 == 0) return absl::StrCat("std::chrono::milliseconds(", count / 1000000, ")");
  return absl::StrCat("std::chrono::nanoseconds(", count, ")");
}

// How a file's own descriptor is found. A message of the file leads to it. Without one, nothing
// else would refer to x.pb.cc, and a linker would leave it out of a static library: protoc's table
// of the file, whose name is the path with all but letters and digits in hexadecimal, is what
// refers to it.
void print_file(Printer& out, const File& file) {
  if (file.descriptor->message_type_count() > 0) {
    out.joined("service.file =", " ",
               type_name(*file.descriptor->message_type(0)) + "::descriptor()->file();");
    return;
  }
  std::string table = "::descriptor_table_";
  for (char letter : file.path) {
    const auto byte = static_cast<unsigned char>(letter);
    table += std::isalnum(byte) ? std::string(1, letter) : absl::StrCat("_", absl::Hex(byte));
  }
  out.joined("const std::string path =", " ", table + ".filename;");
  out.line(
      "service.file = ::google::protobuf::DescriptorPool::generated_pool()->FindFileByName(path);");
}

void print_descriptor(Printer& out, const std::string& target, const std::string& type) {
  const std::string call = type + "::descriptor();";
  const std::size_t name = type.rfind("::") + 2;
  if (out.fits(4 + call.size())) {
    out.joined(target, " ", call);
  } else {
    out.line(target + " " + type.substr(0, name));
    out.line("    " + call.substr(name));
  }
}

// `policy.set_attempts(4);` for each number that is not left to its default.
void print_layer(Printer& out, const PolicyLayer& layer) {
  std::string type = layer.name + "Policy";
  type[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(type[0])));
  out.line("{");
  out.indent();
  out.line(absl::StrCat("::fairlead::", type, " policy;"));
  for (const PolicySetting& setting : layer.settings) {
    std::string value;
    if (const auto* time = std::get_if<std::chrono::nanoseconds>(&setting.value)) {
      value = duration(*time);
    } else if (const auto* number = std::get_if<double>(&setting.value)) {
      value = absl::StrCat(*number);
    } else {
      value = absl::StrCat(std::get<std::int64_t>(setting.value));
    }
    out.line(absl::StrCat("policy.set_", setting.name, "(", value, ");"));
  }
  out.line(absl::StrCat("method.policy.set_", layer.name, "(policy);"));
  out.outdent();
  out.line("}");
}

void print_method_description(Printer& out, const Method& method, std::size_t index) {
  out.line("{");
  out.indent();
  out.line(absl::StrCat("::fairlead::MethodDescription& method = service.methods[", index, "];"));
  out.assign_text("method.name", method.name);
  out.assign_text("method.full_name", method.full_name);
  out.assign_text("method.subject", method.subject);
  for (const std::string& alias : method.aliases) {
    out.line(absl::StrCat("method.aliases.emplace_back(", quote(alias), ");"));
  }
  out.line(absl::StrCat("method.kind = ::fairlead::MethodKind::k",
                        is_stream(method) ? stream_kind(method) : "Unary", ";"));
  out.line(absl::StrCat("method.timeout = ", duration(method.timeout), ";"));
  out.line(absl::StrCat("method.idempotent = ", method.idempotent ? "true" : "false", ";"));
  out.line(absl::StrCat("method.concurrency = ", method.concurrency, ";"));
  out.line(absl::StrCat("method.oneway = ", method.oneway ? "true" : "false", ";"));
  for (const PolicyLayer& layer : method.layers) print_layer(out, layer);
  print_descriptor(out, "method.request =", request_type(method));
  print_descriptor(out, "method.response =", response_type(method));
  std::string comment;
  for (const std::string& line : method.comment) {
    absl::StrAppend(&comment, comment.empty() ? "" : "\n", line);
  }
  out.assign_text("method.comment", comment);
  out.outdent();
  out.line("}");
}

void print_description(Printer& out, const File& file, const Service& service) {
  out.line(absl::StrCat("const ::fairlead::ServiceDescription& ", service.name,
                        "Service::description() {"));
  out.indent();
  out.line("static const ::fairlead::ServiceDescription kDescription = [] {");
  out.indent();
  out.line("::fairlead::ServiceDescription service;");
  out.assign_text("service.full_name", service.full_name);
  out.assign_text("service.name", service.discovery_name);
  out.assign_text("service.version", service.version);
  out.assign_text("service.description", service.description);
  out.assign_text("service.queue_group", service.queue_group);
  out.assign_text("service.prefix", service.prefix);
  print_file(out, file);
  out.line(absl::StrCat("service.methods.resize(", service.methods.size(), ");"));
  for (std::size_t index = 0; index < service.methods.size(); ++index) {
    print_method_description(out, service.methods[index], index);
  }
  out.line("return service;");
  out.outdent();
  out.line("}();");
  out.line("return kDescription;");
  out.outdent();
  out.line("}");
}

void print_function(Printer& out, const std::string& result, const std::string& name,
                    const Method& method) {
  out.line();
  out.function(result, absl::StrCat(name, "::", function_name(method)),
               absl::StrCat("const ", request_type(method), "& request"),
               "::fairlead::CallOptions options", ") const {");
  out.indent();
}

void print_async(Printer& out, const Service& service) {
  const std::string name = service.name + "Client";
  out.function("", name + "::" + name, "::fairlead::Channel channel",
               "::fairlead::ClientOptions options", ")");
  out.line(
      absl::StrCat("    : client_(channel, ", service.name, "Service::description(), options) {}"));
  for (std::size_t index = 0; index < service.methods.size(); ++index) {
    const Method& method = service.methods[index];
    if (is_stream(method)) {
      print_stream_definition(out, method, index, name, ClientKind::kAsync);
      continue;
    }
    const std::string response = response_type(method);
    if (method.oneway) {
      print_function(out, "::fairlead::Task<::absl::Status>", name, method);
      out.line("const ::fairlead::Client client = client_;");
      out.line(response + " response;");
      out.line(absl::StrCat("::absl::Status status = co_await client.call(", index,
                            ", request, response, options);"));
      out.line("co_return status;");
    } else {
      print_function(out, absl::StrCat("::fairlead::Task<::absl::StatusOr<", response, ">>"), name,
                     method);
      const std::string arguments = absl::StrCat(">(", index, ", request, std::move(options));");
      const std::string call = absl::StrCat("return client_.call<", response, arguments);
      if (out.fits(call.size())) {
        out.line(call);
      } else {
        out.joined("using Response =", " ", response + ";");
        out.line(absl::StrCat("return client_.call<Response", arguments));
      }
    }
    out.outdent();
    out.line("}");
  }
}

void print_blocking(Printer& out, const Service& service) {
  const std::string name = service.name + "BlockingClient";
  out.function("", name + "::" + name, "::fairlead::Channel channel",
               "::fairlead::ClientOptions options", ")");
  out.line("    : client_(channel, options), loop_(&channel.loop()) {}");
  for (std::size_t index = 0; index < service.methods.size(); ++index) {
    const Method& method = service.methods[index];
    if (is_stream(method)) {
      print_stream_definition(out, method, index, name, ClientKind::kBlocking);
      continue;
    }
    print_function(out,
                   method.oneway ? "::absl::Status"
                                 : absl::StrCat("::absl::StatusOr<", response_type(method), ">"),
                   name, method);
    out.function("", "return ::fairlead::block_on", "*loop_",
                 absl::StrCat("client_.", function_name(method), "(request, std::move(options))"),
                 ");");
    out.outdent();
    out.line("}");
  }
}

}  // namespace

std::string emit_source(const File& file) {
  Printer out;
  out.line(absl::StrCat("// Generated by protoc-gen-fairlead from ", file.path, ". DO NOT EDIT."));
  if (file.services.empty()) return out.text();
  out.line();
  const std::string header = absl::StrCat("\"", file.stem, ".fairlead.hpp\"");
  print_includes(out, header,
                 {header, "<google/protobuf/descriptor.h>", "<chrono>", "<string>", "<utility>",
                  "\"fairlead/block_on.hpp\""});
  const std::string scope = namespace_of(file);
  if (!scope.empty()) out.line(absl::StrCat("namespace ", scope, " {\n"));
  bool is_first = true;
  for (const Service& service : file.services) {
    if (!is_first) out.line();
    is_first = false;
    print_description(out, file, service);
    out.line();
    print_async(out, service);
    out.line();
    print_blocking(out, service);
  }
  if (!scope.empty()) out.line(absl::StrCat("\n}  // namespace ", scope));
  return out.text();
}

std::string emit_main(const File& file) {
  // `acme/calc.proto` makes the program `calc`.
  const std::string stem = file.stem.substr(file.stem.rfind('/') + 1);
  const std::string scope = namespace_of(file);
  std::vector<std::string> includes = {"<memory>", "\"fairlead/app.hpp\"",
                                       absl::StrCat("\"", file.stem, ".fairlead.hpp\"")};
  std::string own;
  for (const Service& service : file.services) {
    if (!service.implementation) continue;
    const std::string& header = service.implementation->header;
    includes.push_back(absl::StrCat("\"", header, "\""));
    const std::string base = header.substr(header.rfind('/') + 1);
    if (base.substr(0, base.rfind('.')) == stem) own = includes.back();
  }
  Printer out;
  out.line(absl::StrCat("// Generated by protoc-gen-fairlead from ", file.path, ". DO NOT EDIT."));
  out.line();
  print_includes(out, own, includes);
  out.line("int main(int argc, char** argv) {");
  out.indent();
  out.line(absl::StrCat("::fairlead::App app(", quote(stem), ");"));
  for (const Service& service : file.services) {
    if (!service.implementation) continue;
    const std::string& name = service.implementation->class_name;
    out.joined("app.add(", "",
               absl::StrCat(scope.empty() ? "" : "::", scope, "::", service.name,
                            "Service::bind(std::make_shared<", name, ">()));"));
  }
  out.line("return app.run(argc, argv);");
  out.outdent();
  out.line("}");
  return out.text();
}

}  // namespace fairlead::codegen::cpp
