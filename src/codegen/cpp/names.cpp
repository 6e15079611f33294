#include "codegen/cpp/names.hpp"

#include <set>

#include <absl/strings/str_replace.h>
#include <google/protobuf/compiler/cpp/names.h>

namespace fairlead::codegen::cpp {

bool is_keyword(const std::string& name) {
  static const std::set<std::string> kKeywords = {
      "alignas",       "alignof",     "and",
      "and_eq",        "asm",         "auto",
      "bitand",        "bitor",       "bool",
      "break",         "case",        "catch",
      "char",          "char16_t",    "char32_t",
      "char8_t",       "class",       "co_await",
      "co_return",     "co_yield",    "compl",
      "concept",       "const",       "const_cast",
      "consteval",     "constexpr",   "constinit",
      "continue",      "decltype",    "default",
      "delete",        "do",          "double",
      "dynamic_cast",  "else",        "enum",
      "explicit",      "export",      "extern",
      "false",         "float",       "for",
      "friend",        "goto",        "if",
      "inline",        "int",         "long",
      "mutable",       "namespace",   "new",
      "noexcept",      "not",         "not_eq",
      "nullptr",       "operator",    "or",
      "or_eq",         "private",     "protected",
      "public",        "register",    "reinterpret_cast",
      "requires",      "return",      "short",
      "signed",        "sizeof",      "static",
      "static_assert", "static_cast", "struct",
      "switch",        "template",    "this",
      "thread_local",  "throw",       "true",
      "try",           "typedef",     "typeid",
      "typename",      "union",       "unsigned",
      "using",         "virtual",     "void",
      "volatile",      "wchar_t",     "while",
      "xor",           "xor_eq",      "EOF",
      "NULL",          "assert",      "errno",
      "stderr",        "stdin",       "stdout",
  };
  return kKeywords.count(name) > 0;
}

std::string function_name(const Method& method) {
  return is_keyword(method.name) ? method.name + "_" : method.name;
}

std::string type_name(const google::protobuf::Descriptor& message) {
  return google::protobuf::compiler::cpp::QualifiedClassName(&message);
}
std::string request_type(const Method& method) {
  return type_name(*method.descriptor->input_type());
}
std::string response_type(const Method& method) {
  return type_name(*method.descriptor->output_type());
}

bool has_nothing_to_answer(const Method& method) {
  return method.oneway || method.descriptor->output_type()->full_name() == "google.protobuf.Empty";
}

std::string namespace_of(const File& file) {
  return absl::StrReplaceAll(file.package, {{".", "::"}});
}

}  // namespace fairlead::codegen::cpp
