#include "middleware/validation/field_rules.hpp"

#include <algorithm>
#include <cmath>

#include <absl/strings/str_cat.h>

namespace fairlead::middleware {
namespace {

using google::protobuf::FieldDescriptor;

// An expression may not take more memory than this: that of RE2 by default is 8 MiB for each.
constexpr std::int64_t kPatternMemory = 1 << 20;

bool is_number(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return true;
    default:
      return false;
  }
}

// Bytes that do not continue a character begin one.
std::size_t count_characters(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char byte) { return (byte & 0xc0) != 0x80; }));
}

}  // namespace

bool FieldRules::are_on(const FieldDescriptor& field) {
  return field.options().HasExtension(fairlead::field);
}

FieldRules::FieldRules(const FieldDescriptor& field)
    : options_(field.options().GetExtension(fairlead::field)) {
  if (!options_.pattern().empty()) {
    RE2::Options how;
    how.set_log_errors(false);
    how.set_max_mem(kPatternMemory);
    pattern_ = std::make_shared<const RE2>(options_.pattern(), how);
  }
  fault_ = find_fault(field);
}

std::string FieldRules::find_fault(const FieldDescriptor& field) const {
  const bool is_map = field.is_map();
  const bool ranges =
      options_.has_min() || options_.has_max() || options_.has_above() || options_.has_below();
  if (ranges && !is_number(field)) return "min, max, above and below are for numbers";
  const bool lengths = options_.has_min_length() || options_.has_max_length();
  if (lengths && field.cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
    return "min_length and max_length are for texts and bytes";
  }
  if (pattern_ && field.type() != FieldDescriptor::TYPE_STRING) return "pattern is for texts";
  if ((options_.has_min_items() || options_.has_max_items()) && !field.is_repeated()) {
    return "min_items and max_items are for repeated fields and maps";
  }
  if (is_map && (ranges || lengths || pattern_)) return "a map may only have a number of items";
  for (const double bound : {options_.min(), options_.max(), options_.above(), options_.below()}) {
    if (std::isnan(bound)) return "a bound is not a number";
  }
  if (options_.has_min() && options_.has_above()) return "min and above exclude each other";
  if (options_.has_max() && options_.has_below()) return "max and below exclude each other";
  if ((options_.has_min() || options_.has_above()) &&
      (options_.has_max() || options_.has_below())) {
    const double least = options_.has_min() ? options_.min() : options_.above();
    const double most = options_.has_max() ? options_.max() : options_.below();
    const bool open = options_.has_above() || options_.has_below();
    if (least > most || (open && least == most)) return "no number lies in the range";
  }
  if (options_.has_max_length() && options_.min_length() > options_.max_length()) {
    return absl::StrCat("min_length is ", options_.min_length(), " and max_length ",
                        options_.max_length());
  }
  if (options_.has_max_items() && options_.min_items() > options_.max_items()) {
    return absl::StrCat("min_items is ", options_.min_items(), " and max_items ",
                        options_.max_items());
  }
  if (pattern_ && !pattern_->ok()) {
    return absl::StrCat("the pattern is no regular expression of RE2: ", pattern_->error());
  }
  return "";
}

std::string FieldRules::check_count(int items) const {
  const auto count = static_cast<std::uint32_t>(items);
  if (options_.has_min_items() && count < options_.min_items()) {
    return absl::StrCat("must have at least ", options_.min_items(), " items, has ", count);
  }
  if (options_.has_max_items() && count > options_.max_items()) {
    return absl::StrCat("must have at most ", options_.max_items(), " items, has ", count);
  }
  return "";
}

// Written so that NaN is outside of every range.
std::string FieldRules::check_number(long double number, const std::string& shown) const {
  if (options_.has_min() && !(number >= static_cast<long double>(options_.min()))) {
    return absl::StrCat("must be at least ", options_.min(), ", is ", shown);
  }
  if (options_.has_above() && !(number > static_cast<long double>(options_.above()))) {
    return absl::StrCat("must be more than ", options_.above(), ", is ", shown);
  }
  if (options_.has_max() && !(number <= static_cast<long double>(options_.max()))) {
    return absl::StrCat("must be at most ", options_.max(), ", is ", shown);
  }
  if (options_.has_below() && !(number < static_cast<long double>(options_.below()))) {
    return absl::StrCat("must be less than ", options_.below(), ", is ", shown);
  }
  return "";
}

std::string FieldRules::check_length(std::size_t length, const char* unit) const {
  if (options_.has_min_length() && length < options_.min_length()) {
    return absl::StrCat("must have at least ", options_.min_length(), " ", unit, ", has ", length);
  }
  if (options_.has_max_length() && length > options_.max_length()) {
    return absl::StrCat("must have at most ", options_.max_length(), " ", unit, ", has ", length);
  }
  return "";
}

std::string FieldRules::check_text(const std::string& text) const {
  std::string wrong = check_length(count_characters(text), "characters");
  if (!wrong.empty() || !pattern_ || RE2::PartialMatch(text, *pattern_)) return wrong;
  return absl::StrCat("must match ", options_.pattern());
}

std::string FieldRules::check_bytes(const std::string& bytes) const {
  return check_length(bytes.size(), "bytes");
}

}  // namespace fairlead::middleware
