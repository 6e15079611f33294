#pragma once

#include <string>

#include "codegen/cpp/printer.hpp"
#include "codegen/model.hpp"

namespace fairlead::codegen::cpp {

/// What the compiler says about a handler class whose streaming method does not fit: one sentence.
std::string stream_complaint(const Method& method);

/// `ServerStream`, `ClientStream` or `BidiStream`: as in fairlead::MethodKind.
std::string stream_kind(const Method& method);

/// Sets the handler of a streaming method, inside of the service's bind().
void print_stream_binding(Printer& out, const Method& method, std::size_t index);

enum class ClientKind { kAsync, kBlocking };

/// The declaration of a streaming method in a client, without its comment.
void print_stream_declaration(Printer& out, const Method& method, ClientKind kind);

/// Its definition in the client class `client`.
void print_stream_definition(Printer& out, const Method& method, std::size_t index,
                             const std::string& client, ClientKind kind);

}  // namespace fairlead::codegen::cpp
