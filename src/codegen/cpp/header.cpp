#include <absl/strings/str_cat.h>

#include "codegen/cpp/emitter.hpp"
#include "codegen/cpp/names.hpp"
#include "codegen/cpp/printer.hpp"
#include "codegen/cpp/stream.hpp"

namespace fairlead::codegen::cpp {
namespace {

constexpr char kOptions[] = "::fairlead::CallOptions options = ::fairlead::CallOptions()";

// What the compiler says about a handler class that does not fit: one sentence.
std::string complaint(const Method& method) {
  const std::string name = function_name(method);
  const std::string request = request_type(method);
  const std::string response = response_type(method);
  std::string results = absl::StrCat(response, ", absl::StatusOr<", response, ">");
  if (has_nothing_to_answer(method)) absl::StrAppend(&results, ", absl::Status, void");
  return absl::StrCat("rpc ", method.full_name, ": the handler class needs a public method ", name,
                      "(const ", request, "&) or ", name, "(fairlead::Context&, const ", request,
                      "&) that returns one of ", results,
                      ", or as a coroutine a fairlead::Task of one of these");
}

void print_binding(Printer& out, const Method& method, std::size_t index) {
  out.line("{");
  out.indent();
  out.line(absl::StrCat("using Call = ", method.name, "Call;"));
  out.joined("using Request =", " ", request_type(method) + ";");
  out.joined("using Response =", " ", response_type(method) + ";");
  if (is_stream(method)) {
    print_stream_binding(out, method, index);
    out.outdent();
    out.line("}");
    return;
  }
  out.line(absl::StrCat(
      "constexpr bool kFits = ::fairlead::is_handler<Call, Handler, Request, Response, ",
      has_nothing_to_answer(method) ? "true" : "false", ">;"));
  out.static_assertion("kFits", complaint(method));
  out.line("if constexpr (kFits) {");
  out.indent();
  out.line(absl::StrCat("service.set_handler(", index,
                        ", ::fairlead::make_method_handler<Call, Request, Response>(handler));"));
  out.outdent();
  out.line("}");
  out.outdent();
  out.line("}");
}

// A type that calls the method by its name on any class.
void print_call(Printer& out, const Method& method) {
  const std::string call = absl::StrCat("handler.", function_name(method), "(");
  out.line(absl::StrCat("struct ", method.name, "Call {"));
  out.indent();
  out.line("template <typename Handler, typename... Rest>");
  out.line("auto operator()(Handler& handler, Rest&&... rest) const");
  out.indent(4);
  out.joined(absl::StrCat("-> decltype(", call), "", "std::forward<Rest>(rest)...)) {");
  out.outdent(2);
  out.joined(absl::StrCat("return ", call), "", "std::forward<Rest>(rest)...);");
  out.outdent();
  out.line("}");
  out.outdent();
  out.line("};");
}

void print_service(Printer& out, const Service& service) {
  const std::string name = service.name + "Service";
  out.comment({"Makes a service of a plain class that has a method for each rpc."});
  out.line(absl::StrCat("class ", name, " {"));
  out.line(" public:");
  out.indent();
  out.comment({"What is known of the service before anything runs."});
  out.line("static const ::fairlead::ServiceDescription& description();");
  out.line();
  out.comment({"The service with `handler` behind it. The class of `handler` is checked here, at",
               "compile time: docs/generator.md has the signatures that its methods may have."});
  out.line("template <typename Handler>");
  out.line(absl::StrCat("static ::fairlead::Service bind(",
                        service.methods.empty() ? "[[maybe_unused]] " : "",
                        "std::shared_ptr<Handler> handler) {"));
  out.indent();
  out.line("::fairlead::Service service(description());");
  for (std::size_t index = 0; index < service.methods.size(); ++index) {
    print_binding(out, service.methods[index], index);
  }
  out.line("return service;");
  out.outdent();
  out.line("}");
  if (!service.methods.empty()) {
    out.outdent();
    out.line();
    out.line(" private:");
    out.indent();
  }
  for (const Method& method : service.methods) print_call(out, method);
  out.outdent();
  out.line("};");
}

void print_method(Printer& out, const Method& method, ClientKind kind) {
  const std::string answer = method.oneway
                                 ? "::absl::Status"
                                 : absl::StrCat("::absl::StatusOr<", response_type(method), ">");
  out.line();
  if (method.comment.empty()) {
    out.comment({"Calls " + method.full_name + "."});
  } else {
    out.comment(method.comment);
  }
  if (is_stream(method)) return print_stream_declaration(out, method, kind);
  out.function(kind == ClientKind::kAsync ? absl::StrCat("::fairlead::Task<", answer, ">") : answer,
               function_name(method), absl::StrCat("const ", request_type(method), "& request"),
               kOptions, ") const;");
}

void print_client(Printer& out, const Service& service, ClientKind kind) {
  const bool is_async = kind == ClientKind::kAsync;
  const std::string name = service.name + (is_async ? "Client" : "BlockingClient");
  if (!service.comment.empty()) {
    out.comment(service.comment);
    out.line("///");
  }
  if (is_async) {
    out.comment({absl::StrCat("Calls ", service.full_name, " from coroutines."),
                 "Used on the channel's loop; a request must live until its task ends."});
  } else {
    out.comment({absl::StrCat("Calls ", service.full_name, " and blocks until the reply is there."),
                 "Used on any thread but that of the channel's loop."});
  }
  out.line(absl::StrCat("class ", name, " {"));
  out.line(" public:");
  out.indent();
  out.function("", "explicit " + name, "::fairlead::Channel channel",
               "::fairlead::ClientOptions options = ::fairlead::ClientOptions()", ");");
  for (const Method& method : service.methods) print_method(out, method, kind);
  out.outdent();
  out.line();
  out.line(" private:");
  out.indent();
  if (is_async) {
    out.line("::fairlead::Client client_;");
  } else {
    out.line(absl::StrCat(service.name, "Client client_;"));
    out.line("::fairlead::Loop* loop_;");
  }
  out.outdent();
  out.line("};");
}

}  // namespace

std::string emit_header(const File& file) {
  Printer out;
  out.line(absl::StrCat("// Generated by protoc-gen-fairlead from ", file.path, ". DO NOT EDIT."));
  out.line("#pragma once");
  if (file.services.empty()) return out.text();
  out.line();
  std::vector<std::string> includes = {"<absl/status/status.h>",
                                       "<absl/status/statusor.h>",
                                       "<memory>",
                                       "<utility>",
                                       absl::StrCat("\"", file.stem, ".pb.h\""),
                                       "\"fairlead/channel.hpp\"",
                                       "\"fairlead/client.hpp\"",
                                       "\"fairlead/description.hpp\"",
                                       "\"fairlead/handler.hpp\"",
                                       "\"fairlead/loop.hpp\"",
                                       "\"fairlead/service.hpp\"",
                                       "\"fairlead/task.hpp\""};
  if (has_streams(file)) {
    includes.insert(includes.end(),
                    {"\"fairlead/blocking_stream.hpp\"", "\"fairlead/client_stream.hpp\"",
                     "\"fairlead/server_stream.hpp\""});
  }
  print_includes(out, "", std::move(includes));
  const std::string scope = namespace_of(file);
  if (!scope.empty()) out.line(absl::StrCat("namespace ", scope, " {\n"));
  bool is_first = true;
  for (const Service& service : file.services) {
    if (!is_first) out.line();
    is_first = false;
    print_service(out, service);
    out.line();
    print_client(out, service, ClientKind::kAsync);
    out.line();
    print_client(out, service, ClientKind::kBlocking);
  }
  if (!scope.empty()) out.line(absl::StrCat("\n}  // namespace ", scope));
  return out.text();
}

}  // namespace fairlead::codegen::cpp
