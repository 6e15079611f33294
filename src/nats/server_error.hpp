#pragma once

#include <string_view>

#include <absl/status/status.h>

namespace fairlead::nats {

/// What an -ERR of the server means.
struct ServerError {
  absl::Status status;
  /// Whether the server goes on serving this connection.
  bool connection_survives = false;
};

/// Classifies the text of an -ERR (without quotes), which is matched without regard to case.
ServerError classify_server_error(std::string_view text);

}  // namespace fairlead::nats
