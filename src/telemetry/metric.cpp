#include "telemetry/metric.hpp"

namespace fairlead::telemetry {

Labels& Labels::add(std::string_view key, std::string_view value) {
  if (value.empty()) value = "unknown";
  if (!text_.empty()) text_ += ',';
  text_ += key;
  text_ += "=\"";
  for (const char letter : value) {
    switch (letter) {
      case '\\':
        text_ += "\\\\";
        break;
      case '"':
        text_ += "\\\"";
        break;
      case '\n':
        text_ += "\\n";
        break;
      default:
        text_ += letter;
    }
  }
  text_ += '"';
  return *this;
}

}  // namespace fairlead::telemetry
