#include "rpc/codec.hpp"

#include <google/protobuf/util/json_util.h>

#include "core/strings.hpp"
#include "rpc/wire_check.hpp"

namespace fairlead::rpc {

absl::Status parse_content_type(std::string_view value, Encoding& encoding) {
  const std::string_view type = trim(value.substr(0, value.find(';')));
  if (equals_ignore_case(type, "application/protobuf")) {
    encoding = Encoding::kProtobuf;
  } else if (equals_ignore_case(type, "application/json")) {
    encoding = Encoding::kJson;
  } else {
    return absl::InvalidArgumentError(
        concat("the content-type is \"", escape(value.substr(0, 80)),
               "\"; expected application/protobuf or application/json"));
  }
  return absl::OkStatus();
}

absl::Status decode(Encoding encoding, std::string_view payload,
                    google::protobuf::Message& message) {
  if (encoding == Encoding::kProtobuf) {
    if (message.ParseFromArray(payload.data(), static_cast<int>(payload.size()))) {
      return absl::OkStatus();
    }
    return absl::InvalidArgumentError(concat("the payload is no ",
                                             message.GetDescriptor()->full_name(), ": ",
                                             find_wire_error(payload, *message.GetDescriptor())));
  }
  message.Clear();
  const google::protobuf::StringPiece json(payload.data(), payload.size());
  const auto status = google::protobuf::util::JsonStringToMessage(json, &message);
  if (status.ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(concat("the JSON is no ", message.GetDescriptor()->full_name(),
                                           ": ", std::string(status.message())));
}

absl::Status encode_json(const google::protobuf::Message& message, std::string& json) {
  json.clear();
  const auto status = google::protobuf::util::MessageToJsonString(message, &json);
  if (status.ok()) return absl::OkStatus();
  return absl::InternalError(
      concat("the reply cannot be written as JSON: ", std::string(status.message())));
}

}  // namespace fairlead::rpc
