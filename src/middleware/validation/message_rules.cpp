#include "middleware/validation/message_rules.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <absl/strings/str_cat.h>

#include "fairlead/status.pb.h"

namespace fairlead::middleware {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

/// Where a check stands in a message; written out only if something is wrong there.
struct Path {
  const Path* parent = nullptr;
  const FieldDescriptor* field = nullptr;
  int index = -1;

  std::string text() const {
    std::string text = parent && parent->field ? absl::StrCat(parent->text(), ".") : "";
    absl::StrAppend(&text, field->name());
    if (index >= 0) absl::StrAppend(&text, "[", index, "]");
    return text;
  }
};

const Descriptor* type_within(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE ? field.message_type() : nullptr;
}

// One value of the field, or one element of it.
std::string check_value(const Reflection& reflection, const Message& message,
                        const FieldDescriptor& field, int index, const FieldRules& rules) {
  const auto number = [&](auto value) {
    return rules.check_number(static_cast<long double>(value), absl::StrCat(value));
  };
  const bool one = index < 0;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return number(one ? reflection.GetInt32(message, &field)
                        : reflection.GetRepeatedInt32(message, &field, index));
    case FieldDescriptor::CPPTYPE_INT64:
      return number(one ? reflection.GetInt64(message, &field)
                        : reflection.GetRepeatedInt64(message, &field, index));
    case FieldDescriptor::CPPTYPE_UINT32:
      return number(one ? reflection.GetUInt32(message, &field)
                        : reflection.GetRepeatedUInt32(message, &field, index));
    case FieldDescriptor::CPPTYPE_UINT64:
      return number(one ? reflection.GetUInt64(message, &field)
                        : reflection.GetRepeatedUInt64(message, &field, index));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return number(one ? reflection.GetFloat(message, &field)
                        : reflection.GetRepeatedFloat(message, &field, index));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return number(one ? reflection.GetDouble(message, &field)
                        : reflection.GetRepeatedDouble(message, &field, index));
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch;
      const std::string& text =
          one ? reflection.GetStringReference(message, &field, &scratch)
              : reflection.GetRepeatedStringReference(message, &field, index, &scratch);
      const bool bytes = field.type() == FieldDescriptor::TYPE_BYTES;
      return bytes ? rules.check_bytes(text) : rules.check_text(text);
    }
    default:
      return "";
  }
}

}  // namespace

/// Goes through one message.
class MessageRules::Check {
 public:
  explicit Check(std::vector<Violation>& violations) : violations_(violations) {}

  void message(const Message& message, const Steps& steps, const Path& path) {
    const Reflection& reflection = *message.GetReflection();
    for (const Step& step : steps) {
      if (violations_.size() >= kMost) return;
      const FieldDescriptor& field = *step.field;
      if (field.is_repeated()) {
        list(reflection, message, step, path);
      } else {
        single(reflection, message, step, path);
      }
    }
  }

 private:
  void add(const Path& path, std::string text) {
    if (!text.empty() && violations_.size() < kMost) {
      violations_.push_back({path.text(), std::move(text)});
    }
  }

  void single(const Reflection& reflection, const Message& message, const Step& step,
              const Path& path) {
    const FieldDescriptor& field = *step.field;
    const Path here{&path, &field};
    const bool there = reflection.HasField(message, &field);
    if (step.rules && step.rules->required() && !there) return add(here, "is required");
    if (!there && field.has_presence()) return;
    if (step.rules) add(here, check_value(reflection, message, field, -1, *step.rules));
    if (step.inside) this->message(reflection.GetMessage(message, &field), *step.inside, here);
  }

  void list(const Reflection& reflection, const Message& message, const Step& step,
            const Path& path) {
    const FieldDescriptor& field = *step.field;
    const int size = reflection.FieldSize(message, &field);
    if (step.rules) {
      const Path here{&path, &field};
      if (size == 0 && step.rules->required()) return add(here, "is required");
      add(here, step.rules->check_count(size));
    }
    for (int i = 0; i < size && violations_.size() < kMost; ++i) {
      const Path here{&path, &field, i};
      if (step.rules) add(here, check_value(reflection, message, field, i, *step.rules));
      if (step.inside) {
        this->message(reflection.GetRepeatedMessage(message, &field, i), *step.inside, here);
      }
    }
  }

  std::vector<Violation>& violations_;
};

MessageRules::MessageRules(const Descriptor& type) {
  root_ = &add(type);
  drop_idle_steps();
}

MessageRules::Steps& MessageRules::add(const Descriptor& type) {
  auto& entry = types_[&type];
  if (entry) return *entry;
  entry = std::make_unique<Steps>();
  Steps& steps = *entry;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    Step step;
    step.field = &field;
    if (FieldRules::are_on(field)) {
      step.rules = std::make_unique<const FieldRules>(field);
      if (fault_.empty() && !step.rules->fault().empty()) {
        fault_ = absl::StrCat("the rules of ", field.full_name(), ": ", step.rules->fault());
      }
    }
    if (const Descriptor* within = type_within(field)) step.inside = &add(*within);
    if (step.rules || step.inside) steps.push_back(std::move(step));
  }
  return steps;
}

// Types may contain each other, so it takes some rounds to find out which lead to a rule.
void MessageRules::drop_idle_steps() {
  std::set<const Steps*> useful;
  const auto leads_to_rule = [&](const Step& step) {
    return step.rules || useful.contains(step.inside);
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& [type, steps] : types_) {
      if (!std::any_of(steps->begin(), steps->end(), leads_to_rule)) continue;
      changed |= useful.insert(steps.get()).second;
    }
  }
  for (const auto& [type, steps] : types_) {
    for (Step& step : *steps) {
      if (!useful.contains(step.inside)) step.inside = nullptr;
    }
    std::erase_if(*steps, [](const Step& step) { return !step.rules && !step.inside; });
  }
}

std::vector<Violation> MessageRules::check(const Message& message) const {
  std::vector<Violation> violations;
  Check(violations).message(message, *root_, Path());
  return violations;
}

absl::Status violations_error(const Descriptor& type, const std::vector<Violation>& violations) {
  std::string text = absl::StrCat(type.full_name(), ": ");
  fairlead::wire::BadRequest detail;
  for (const Violation& violation : violations) {
    if (&violation != &violations.front()) absl::StrAppend(&text, "; ");
    absl::StrAppend(&text, violation.field, " ", violation.text);
    auto& entry = *detail.add_field_violations();
    entry.set_field(violation.field);
    entry.set_description(violation.text);
  }
  absl::Status status = absl::InvalidArgumentError(text);
  const std::string bytes = detail.SerializeAsString();
  // By way of a string_view, as g++ and clang mangle the other constructor each in its own way.
  status.SetPayload("type.googleapis.com/google.rpc.BadRequest",
                    absl::Cord(absl::string_view(bytes)));
  return status;
}

}  // namespace fairlead::middleware
