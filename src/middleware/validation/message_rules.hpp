#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <absl/status/status.h>
#include <google/protobuf/message.h>

#include "middleware/validation/field_rules.hpp"

namespace fairlead::middleware {

/// What is wrong with one field of a message.
struct Violation {
  std::string field;  // `items[2].price`
  std::string text;   // `must be at least 0, is -3`
};

/// The rules for a type of messages and for all types in it.
class MessageRules {
 public:
  explicit MessageRules(const google::protobuf::Descriptor& type);

  /// What is wrong with a rule, with the name of its field; empty if nothing.
  const std::string& fault() const { return fault_; }

  /// Whether there is anything to check.
  bool empty() const { return root_->empty(); }

  /// What is wrong with `message`, at most kMost things.
  std::vector<Violation> check(const google::protobuf::Message& message) const;

  static constexpr std::size_t kMost = 16;

 private:
  struct Step;
  using Steps = std::vector<Step>;
  class Check;

  Steps& add(const google::protobuf::Descriptor& type);
  void drop_idle_steps();

  std::map<const google::protobuf::Descriptor*, std::unique_ptr<Steps>> types_;
  const Steps* root_ = nullptr;
  std::string fault_;
};

/// One field that is looked at: for rules of its own, for those of the messages in it, or both.
struct MessageRules::Step {
  const google::protobuf::FieldDescriptor* field = nullptr;
  std::unique_ptr<const FieldRules> rules;
  const Steps* inside = nullptr;
};

/// INVALID_ARGUMENT that names all violations, with a google.rpc.BadRequest as detail.
absl::Status violations_error(const google::protobuf::Descriptor& type,
                              const std::vector<Violation>& violations);

}  // namespace fairlead::middleware
