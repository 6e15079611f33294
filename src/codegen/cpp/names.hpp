#pragma once

#include <string>

#include "codegen/model.hpp"

namespace fairlead::codegen::cpp {

/// Whether `name` cannot be a name in C++20: a keyword, or a macro that the standard library has.
bool is_keyword(const std::string& name);

/// The member function for a method: its name, with `_` after a keyword.
std::string function_name(const Method& method);

/// The class that protoc makes of a message: `::acme::Outer_Inner`.
std::string type_name(const google::protobuf::Descriptor& message);
std::string request_type(const Method& method);
std::string response_type(const Method& method);

/// Whether there is nothing to answer, so that a handler may return a status or nothing.
bool has_nothing_to_answer(const Method& method);

/// `acme::users::v1`; empty for a file without a package.
std::string namespace_of(const File& file);

}  // namespace fairlead::codegen::cpp
