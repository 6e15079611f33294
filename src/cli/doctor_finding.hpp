#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <absl/status/status.h>

namespace fairlead::cli {

/// One thing that `fairlead doctor` looked at.
struct Finding {
  enum class Grade { kGood, kWarning, kBad };

  Grade grade = Grade::kGood;
  std::string step;    ///< `TCP`, `login`, …
  std::string text;    ///< What was found.
  std::string advice;  ///< What to do; empty if nothing.
};

/// What was found at one server, in the order in which it was looked at.
class Findings {
 public:
  void good(std::string step, std::string text);
  void warn(std::string step, std::string text, std::string advice);
  void bad(std::string step, const absl::Status& status, std::string advice);

  const std::vector<Finding>& list() const { return list_; }
  bool any_bad() const;

 private:
  std::vector<Finding> list_;
};

/// `ok`, `warning`, `bad`.
std::string_view grade_name(Finding::Grade grade);

}  // namespace fairlead::cli
