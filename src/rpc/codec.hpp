#pragma once

#include <string>
#include <string_view>

#include <absl/status/status.h>
#include <google/protobuf/message.h>

namespace fairlead::rpc {

/// How a message is written in a payload.
enum class Encoding { kProtobuf, kJson };

/// The encoding that the value of a `content-type` header names; UNIMPLEMENTED for others.
/// Parameters after `;` are ignored.
absl::Status parse_content_type(std::string_view value, Encoding& encoding);

/// Fills `message`, which is cleared first, from a payload. INVALID_ARGUMENT says what is wrong and
/// where.
absl::Status decode(Encoding encoding, std::string_view payload,
                    google::protobuf::Message& message);

/// Fills `to` with what it would hold if `from` came as bytes, and fails as decode() does; but
/// between messages of one class text need not be UTF-8, and they may nest as deep as they do.
absl::Status copy_message(const google::protobuf::Message& from, google::protobuf::Message& to);

/// The JSON of `message`, by protobuf's mapping.
absl::Status encode_json(const google::protobuf::Message& message, std::string& json);

}  // namespace fairlead::rpc
