#pragma once

#include <string_view>

#include <absl/status/status.h>

namespace fairlead::nats {

/// Whether one may publish to `subject`: tokens of visible characters separated by dots, none of
/// them empty, no wildcards (ADR-6). INVALID_ARGUMENT says what is wrong. A subject with a blank
/// or a newline in it would be another command on the wire.
absl::Status check_publish_subject(std::string_view subject);

/// Whether one may subscribe to `subject`: as above, and a token may be `*`, the last one `>`.
absl::Status check_subscribe_subject(std::string_view subject);

/// Whether `name` may be a queue group: visible characters only.
absl::Status check_queue_group(std::string_view name);

}  // namespace fairlead::nats
