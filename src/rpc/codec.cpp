#include "rpc/codec.hpp"

#include <functional>
#include <typeinfo>

#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/empty.pb.h>
#include <google/protobuf/util/json_util.h>

#include "core/strings.hpp"
#include "rpc/wire_check.hpp"

namespace fairlead::rpc {
namespace {

// Known by their classes: to ask for the descriptors costs more than to copy a small message. All
// messages of a DynamicMessageFactory are of one class, whatever they hold.
bool are_of_one_type(const google::protobuf::Message& one, const google::protobuf::Message& other) {
  static const std::type_info& dynamic = [] {
    google::protobuf::DynamicMessageFactory factory;
    const auto& message = *factory.GetPrototype(google::protobuf::Empty::descriptor());
    return std::cref(typeid(message));
  }();
  return typeid(one) == typeid(other) && typeid(one) != dynamic;
}

}  // namespace

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

absl::Status copy_message(const google::protobuf::Message& from, google::protobuf::Message& to) {
  if (are_of_one_type(from, to) && from.IsInitialized()) {
    to.Clear();
    to.MergeFrom(from);  // CopyFrom() walks through `to` first, by reflection
    return absl::OkStatus();
  }
  return decode(Encoding::kProtobuf, from.SerializePartialAsString(), to);
}

absl::Status encode_json(const google::protobuf::Message& message, std::string& json) {
  json.clear();
  const auto status = google::protobuf::util::MessageToJsonString(message, &json);
  if (status.ok()) return absl::OkStatus();
  return absl::InternalError(
      concat("the reply cannot be written as JSON: ", std::string(status.message())));
}

}  // namespace fairlead::rpc
