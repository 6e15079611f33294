#include "cli/message_json.hpp"

#include <google/protobuf/util/json_util.h>

#include "cli/table.hpp"
#include "core/strings.hpp"

namespace fairlead::cli {
namespace {

std::string fields_of(const google::protobuf::Descriptor& type) {
  if (type.field_count() == 0) return "no fields";
  std::string fields = "the fields ";
  for (int i = 0; i < type.field_count(); ++i) {
    const auto& field = *type.field(i);
    append(fields, i == 0 ? "" : ", ", field.json_name(), " (",
           field.is_repeated() ? "repeated " : "",
           field.message_type() != nullptr ? field.message_type()->name() : field.type_name(), ")");
  }
  return fields;
}

/// One detail as text: its type and content.
std::string detail_text(const std::string& type_name, const std::string& bytes,
                        const google::protobuf::DescriptorPool* pool) {
  const google::protobuf::Descriptor* type =
      pool == nullptr ? nullptr : pool->FindMessageTypeByName(type_name);
  if (type == nullptr) {
    type = google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(type_name);
  }
  if (type != nullptr) {
    google::protobuf::DynamicMessageFactory factory;
    const std::unique_ptr<google::protobuf::Message> message(factory.GetPrototype(type)->New());
    if (message->ParseFromString(bytes)) {
      const absl::StatusOr<std::string> json = message_to_json(*message);
      if (json.ok()) return concat(type_name, " ", *json);
    }
  }
  return concat(type_name, " (", bytes.size(), " bytes of a type not known here)");
}

}  // namespace

absl::StatusOr<std::unique_ptr<google::protobuf::Message>> message_from_json(
    const std::string& json, const google::protobuf::Descriptor& type,
    google::protobuf::DynamicMessageFactory& factory) {
  std::unique_ptr<google::protobuf::Message> message(factory.GetPrototype(&type)->New());
  const auto status = google::protobuf::util::JsonStringToMessage(json, message.get());
  if (!status.ok()) {
    std::string_view reason =
        trim(std::string_view(status.message().data(), status.message().size()));
    if (reason.ends_with('.')) reason.remove_suffix(1);
    return absl::InvalidArgumentError(
        concat("this is not a ", type.full_name(), ": ", reason, "; it has ", fields_of(type)));
  }
  return message;
}

absl::StatusOr<std::string> message_to_json(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  if (!status.ok()) {
    return absl::InternalError(
        concat("the reply cannot be shown as JSON: ",
               std::string(status.message().data(), status.message().size())));
  }
  return json;
}

std::string details_of(const absl::Status& status, const google::protobuf::DescriptorPool* pool) {
  std::string lines;
  status.ForEachPayload([&](absl::string_view type_url, const absl::Cord& value) {
    // Others are notes on the status that this side made, such as where it comes from.
    const std::string_view url = to_std(type_url);
    if (!url.starts_with("type.googleapis.com/")) return;
    const std::string type(url.substr(url.rfind('/') + 1));
    append(lines, "  ", printable(detail_text(type, std::string(value), pool)), "\n");
  });
  return lines;
}

}  // namespace fairlead::cli
