#include "cli/doctor_finding.hpp"

#include <algorithm>

#include "core/strings.hpp"

namespace fairlead::cli {

void Findings::good(std::string step, std::string text) {
  list_.push_back({Finding::Grade::kGood, std::move(step), std::move(text), ""});
}

void Findings::warn(std::string step, std::string text, std::string advice) {
  list_.push_back({Finding::Grade::kWarning, std::move(step), std::move(text), std::move(advice)});
}

void Findings::bad(std::string step, const absl::Status& status, std::string advice) {
  list_.push_back(
      {Finding::Grade::kBad, std::move(step), std::string(message_of(status)), std::move(advice)});
}

bool Findings::any_bad() const {
  return std::any_of(list_.begin(), list_.end(),
                     [](const Finding& finding) { return finding.grade == Finding::Grade::kBad; });
}

std::string_view grade_name(Finding::Grade grade) {
  switch (grade) {
    case Finding::Grade::kGood:
      return "ok";
    case Finding::Grade::kWarning:
      return "warning";
    case Finding::Grade::kBad:
      return "bad";
  }
  return "?";
}

}  // namespace fairlead::cli
