#pragma once

#include <string>
#include <string_view>

#include <absl/status/status.h>

namespace fairlead::nats {

/// What an -ERR is about.
enum class ErrorTarget {
  kOther,
  kPublish,       ///< Publishing to `subject` is not allowed.
  kReply,         ///< Publishing with `subject` as the reply subject is not allowed.
  kSubscription,  ///< Subscribing to `subject` is not allowed.
};

/// What an -ERR of the server means.
struct ServerError {
  absl::Status status;
  /// Whether the server goes on serving this connection.
  bool connection_survives = false;
  ErrorTarget target = ErrorTarget::kOther;
  std::string subject = {};
  std::string queue_group = {};
};

/// Classifies the text of an -ERR (without quotes), which is matched without regard to case.
ServerError classify_server_error(std::string_view text);

}  // namespace fairlead::nats
