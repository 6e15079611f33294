#include "testing/fault_plan.hpp"

#include "core/strings.hpp"

namespace fairlead::testing {
namespace {

void append(std::string& text, const FaultStep& step) {
  switch (step.kind) {
    case FaultStep::Kind::kDelay:
      text += concat("delay ", step.delay.count(), "ms");
      return;
    case FaultStep::Kind::kDrop:
      text += "drop";
      return;
    case FaultStep::Kind::kFail:
      text += step.status.ToString();
  }
}

void append(std::string& text, std::string_view what, const std::vector<FaultStep>& steps) {
  if (steps.empty()) return;
  if (!text.empty()) text += "; ";
  text += concat(what, ": ");
  for (const FaultStep& step : steps) {
    if (&step != &steps.front()) text += ", ";
    append(text, step);
  }
}

}  // namespace

std::string to_string(const FaultPlan& plan) {
  std::string text;
  append(text, "request", plan.request);
  append(text, "reply", plan.reply);
  return text.empty() ? "none" : text;
}

}  // namespace fairlead::testing
