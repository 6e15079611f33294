#pragma once

#include <string>
#include <string_view>

namespace fairlead::rpc {

/// Encodes a message as gRPC does for `grpc-message`: all but printable ASCII, and `%`, as `%XX`
/// (gRPC over HTTP/2, "Percent-Encoded"). The result may stand in a header.
std::string percent_encode(std::string_view text);

/// The reverse. What is no valid escape is kept as it stands, as gRPC demands.
std::string percent_decode(std::string_view text);

/// Encodes control characters only: a line for people.
std::string encode_controls(std::string_view text);

}  // namespace fairlead::rpc
