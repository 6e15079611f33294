#pragma once

#include <memory>
#include <string>

#include <google/protobuf/descriptor.h>
#include <re2/re2.h>

#include "fairlead/options.pb.h"

namespace fairlead::middleware {

/// The rules that a .proto has for a field, ready for use.
class FieldRules {
 public:
  explicit FieldRules(const google::protobuf::FieldDescriptor& field);

  /// Whether the field has rules at all.
  static bool are_on(const google::protobuf::FieldDescriptor& field);

  /// What is wrong with the rules themselves, as `min is 3 and max is 2`; empty if nothing.
  const std::string& fault() const { return fault_; }

  bool required() const { return options_.required(); }

  /// What is wrong with a value, as `must be at least 0, is -3`; empty if nothing.
  std::string check_count(int items) const;
  std::string check_number(long double number, const std::string& shown) const;
  std::string check_text(const std::string& text) const;
  std::string check_bytes(const std::string& bytes) const;

 private:
  std::string find_fault(const google::protobuf::FieldDescriptor& field) const;
  std::string check_length(std::size_t length, const char* unit) const;

  const fairlead::FieldOptions& options_;  // of the descriptor
  std::shared_ptr<const RE2> pattern_;
  std::string fault_;
};

}  // namespace fairlead::middleware
