#include "codegen/cpp/stream.hpp"

#include <absl/strings/str_cat.h>

#include "codegen/cpp/names.hpp"

namespace fairlead::codegen::cpp {
namespace {

constexpr char kOptions[] = "::fairlead::CallOptions options";
constexpr char kDefault[] = " = ::fairlead::CallOptions()";

// The type of the caller's end of a stream: `ClientReader<Item>`.
std::string stream_type(const Method& method, ClientKind kind, const std::string& request,
                        const std::string& response) {
  const std::string side =
      kind == ClientKind::kAsync ? "::fairlead::Client" : "::fairlead::Blocking";
  if (!method.client_streams) return absl::StrCat(side, "Reader<", response, ">");
  const char* const name = method.server_streams ? "ReaderWriter<" : "Writer<";
  return absl::StrCat(side, name, request, ", ", response, ">");
}

std::string stream_type(const Method& method, ClientKind kind) {
  return stream_type(method, kind, request_type(method), response_type(method));
}

// The arguments of the handler's method but for the Context.
std::string handler_arguments(const Method& method) {
  const std::string request = request_type(method);
  const std::string response = response_type(method);
  if (!method.client_streams) {
    return absl::StrCat(request, ", fairlead::ServerWriter<", response, ">&");
  }
  if (!method.server_streams) return absl::StrCat("fairlead::ServerReader<", request, ">&");
  return absl::StrCat("fairlead::ServerReaderWriter<", request, ", ", response, ">&");
}

std::string check_name(const Method& method) {
  if (!method.client_streams) return "server_stream_handler";
  return method.server_streams ? "bidi_stream_handler" : "client_stream_handler";
}

}  // namespace

std::string stream_kind(const Method& method) {
  if (!method.client_streams) return "ServerStream";
  return method.server_streams ? "BidiStream" : "ClientStream";
}

std::string stream_complaint(const Method& method) {
  const std::string name = function_name(method);
  const std::string arguments = handler_arguments(method);
  const std::string response = response_type(method);
  std::string results = "absl::Status, void";
  if (!method.server_streams) {
    results = absl::StrCat(response, ", absl::StatusOr<", response, ">");
    if (has_nothing_to_answer(method)) absl::StrAppend(&results, ", absl::Status, void");
  }
  return absl::StrCat("rpc ", method.full_name, ": the handler class needs a public method ", name,
                      "(", arguments, ") or ", name, "(fairlead::Context&, ", arguments,
                      ") that is a coroutine and returns a fairlead::Task of one of ", results);
}

void print_stream_binding(Printer& out, const Method& method, std::size_t index) {
  const std::string check = check_name(method);
  std::string nothing;  // whether the response has no fields: asked of client streams
  if (!method.server_streams) nothing = has_nothing_to_answer(method) ? ", true" : ", false";
  out.joined(
      "constexpr bool kFits =", " ",
      absl::StrCat("::fairlead::is_", check, "<Call, Handler, Request, Response", nothing, ">;"));
  out.static_assertion("kFits", stream_complaint(method));
  out.line("if constexpr (kFits) {");
  out.indent();
  out.line("auto method = ::fairlead::make_" + check + "<Call, Request, Response>(handler);");
  out.line(absl::StrCat("service.set_handler(", index, ", std::move(method));"));
  out.outdent();
  out.line("}");
}

void print_stream_declaration(Printer& out, const Method& method, ClientKind kind) {
  const std::string type = stream_type(method, kind);
  const std::string options = absl::StrCat(kOptions, kDefault);
  if (method.client_streams) {
    out.function(type, function_name(method), options, ") const;");
  } else {
    out.function(type, function_name(method),
                 absl::StrCat("const ", request_type(method), "& request"), options, ") const;");
  }
}

void print_stream_definition(Printer& out, const Method& method, std::size_t index,
                             const std::string& client, ClientKind kind) {
  const std::string type = stream_type(method, kind);
  const std::string name = absl::StrCat(client, "::", function_name(method));
  out.line();
  if (method.client_streams) {
    out.function(type, name, kOptions, ") const {");
  } else {
    out.function(type, name, absl::StrCat("const ", request_type(method), "& request"), kOptions,
                 ") const {");
  }
  out.indent();
  if (method.client_streams) out.joined("using Request =", " ", request_type(method) + ";");
  out.joined("using Response =", " ", response_type(method) + ";");
  const std::string short_type = stream_type(method, kind, "Request", "Response");
  const std::string request = method.client_streams ? "nullptr" : "&request";
  if (kind == ClientKind::kAsync) {
    out.line(
        absl::StrCat("auto stream = client_.open_stream(", index, ", ", request, ", options);"));
    out.line(absl::StrCat("return ", short_type, "(std::move(stream));"));
  } else {
    const std::string call =
        absl::StrCat("client_.", function_name(method), "(",
                     method.client_streams ? "" : "request, ", "std::move(options)).release()");
    const std::string open = absl::StrCat("const auto open = [&] { return ", call, "; };");
    if (out.fits(open.size())) {
      out.line(open);
    } else {
      out.line("const auto open = [&] {");
      out.line(absl::StrCat("  return ", call, ";"));
      out.line("};");
    }
    out.line(absl::StrCat("return ", short_type, "(*loop_, open);"));
  }
  out.outdent();
  out.line("}");
}

}  // namespace fairlead::codegen::cpp
