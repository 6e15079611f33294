#pragma once

#include <string>
#include <string_view>

#include <absl/status/statusor.h>

#include "fairlead/nats/connect_options.hpp"
#include "fairlead/nats/connection.hpp"

#include "nats/url.hpp"

namespace fairlead::nats {

/// Reads the JSON of an INFO line. INVALID_ARGUMENT if it is not an object or a field has the
/// wrong type.
absl::StatusOr<ServerInfo> parse_server_info(std::string_view json);

/// The CONNECT line, with its line end, that answers `info`. Credentials in the server's URL win
/// over those of the options. FAILED_PRECONDITION if the server wants what we cannot give.
absl::StatusOr<std::string> connect_line(const ServerInfo& info, const ServerAddress& server,
                                         const ConnectOptions& options);

}  // namespace fairlead::nats
