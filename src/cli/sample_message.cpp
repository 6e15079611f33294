#include "cli/sample_message.hpp"

#include <algorithm>
#include <vector>

#include <google/protobuf/descriptor.pb.h>

#include "core/strings.hpp"

namespace fairlead::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr int kElements = 2;
constexpr std::size_t kDepth = 5;

/// Fills messages; knows which types it is within.
class Filler {
 public:
  void fill(Message& message) {
    const Descriptor& type = *message.GetDescriptor();
    within_.push_back(&type);
    if (type.full_name() == "google.protobuf.Timestamp") {
      set_known_time(message, 1'704'067'200);  // 2024-01-01
    } else if (type.full_name() == "google.protobuf.Duration") {
      set_known_time(message, 1);
    } else if (type.full_name() != "google.protobuf.Any") {
      for (int i = 0; i < type.field_count(); ++i) fill_field(message, *type.field(i));
    }
    within_.pop_back();
  }

 private:
  static void set_known_time(Message& message, std::int64_t seconds) {
    const auto* field = message.GetDescriptor()->FindFieldByName("seconds");
    message.GetReflection()->SetInt64(&message, field, seconds);
  }

  bool leads_too_deep(const FieldDescriptor& field) const {
    const Descriptor* type = field.message_type();
    if (type == nullptr) return false;
    if (field.is_map()) type = type->map_value()->message_type();
    if (type == nullptr) return false;
    return within_.size() >= kDepth ||
           std::find(within_.begin(), within_.end(), type) != within_.end();
  }

  void fill_field(Message& message, const FieldDescriptor& field) {
    const auto* oneof = field.real_containing_oneof();
    if (oneof != nullptr && message.GetReflection()->HasOneof(message, oneof)) return;
    if (leads_too_deep(field) && !field.is_required()) return;
    if (!field.is_repeated()) return set(message, field, 0);
    for (int i = 0; i < kElements; ++i) set(message, field, i);
  }

  /// Sets the field, or adds the element at `index`. Map entries are filled as messages, each with
  /// another key.
  void set(Message& message, const FieldDescriptor& field, int index) {
    offset_ = field.is_map() ? index : offset_;
    const int number = field.number() + index + (is_key(field) ? offset_ : 0);
    std::string text = field.name();
    if (field.is_repeated() || is_key(field)) append(text, "-", is_key(field) ? offset_ : index);
    const auto& reflection = *message.GetReflection();
    const bool add = field.is_repeated();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        return add ? reflection.AddInt32(&message, &field, number)
                   : reflection.SetInt32(&message, &field, number);
      case FieldDescriptor::CPPTYPE_INT64:
        return add ? reflection.AddInt64(&message, &field, number)
                   : reflection.SetInt64(&message, &field, number);
      case FieldDescriptor::CPPTYPE_UINT32:
        return add ? reflection.AddUInt32(&message, &field, static_cast<std::uint32_t>(number))
                   : reflection.SetUInt32(&message, &field, static_cast<std::uint32_t>(number));
      case FieldDescriptor::CPPTYPE_UINT64:
        return add ? reflection.AddUInt64(&message, &field, static_cast<std::uint64_t>(number))
                   : reflection.SetUInt64(&message, &field, static_cast<std::uint64_t>(number));
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return add ? reflection.AddDouble(&message, &field, number + 0.5)
                   : reflection.SetDouble(&message, &field, number + 0.5);
      case FieldDescriptor::CPPTYPE_FLOAT:
        return add ? reflection.AddFloat(&message, &field, static_cast<float>(number) + 0.5F)
                   : reflection.SetFloat(&message, &field, static_cast<float>(number) + 0.5F);
      case FieldDescriptor::CPPTYPE_BOOL:
        return add ? reflection.AddBool(&message, &field, true)
                   : reflection.SetBool(&message, &field, !is_key(field) || offset_ == 0);
      case FieldDescriptor::CPPTYPE_STRING:
        return add ? reflection.AddString(&message, &field, text)
                   : reflection.SetString(&message, &field, text);
      case FieldDescriptor::CPPTYPE_ENUM: {
        // The first value says mostly that there is none.
        const auto& values = *field.enum_type();
        const auto* value = values.value(values.value_count() > 1 ? 1 : 0);
        return add ? reflection.AddEnum(&message, &field, value)
                   : reflection.SetEnum(&message, &field, value);
      }
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return fill(add ? *reflection.AddMessage(&message, &field)
                        : *reflection.MutableMessage(&message, &field));
    }
  }

  static bool is_key(const FieldDescriptor& field) {
    return field.containing_type()->options().map_entry() && field.number() == 1;
  }

  std::vector<const Descriptor*> within_;
  int offset_ = 0;  // of the map entry that is filled
};

}  // namespace

std::unique_ptr<Message> sample_message(const Descriptor& type,
                                        google::protobuf::DynamicMessageFactory& factory) {
  std::unique_ptr<Message> message(factory.GetPrototype(&type)->New());
  Filler().fill(*message);
  return message;
}

}  // namespace fairlead::cli
