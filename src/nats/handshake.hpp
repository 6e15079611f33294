#pragma once

#include <string>
#include <string_view>

#include <absl/status/statusor.h>

#include "fairlead/nats/connect_options.hpp"
#include "fairlead/nats/connection.hpp"

#include "nats/url.hpp"

namespace fairlead::nats {

/// Reads the JSON of an INFO line. INVALID_ARGUMENT if it is not an object or nests too deep, or
/// naming a field of a wrong type or size.
absl::StatusOr<ServerInfo> parse_server_info(std::string_view json);

/// The CONNECT line, with its line end, that answers `info` and says who connects; `encrypted` says
/// whether it travels over TLS. UNAUTHENTICATED if the credentials cannot be had.
absl::StatusOr<std::string> connect_line(const ServerInfo& info, const ServerAddress& server,
                                         const ConnectOptions& options, bool encrypted);

}  // namespace fairlead::nats
