#include "cli/call_target.hpp"

#include <vector>

#include "core/nearest.hpp"
#include "core/strings.hpp"

namespace fairlead::cli {

absl::StatusOr<CallTarget> parse_target(std::string_view text) {
  const std::size_t dot = text.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 1 == text.size()) {
    return absl::InvalidArgumentError(
        concat("\"", escape(text), "\" is not SERVICE.METHOD, such as calc.Calc.Average"));
  }
  CallTarget target;
  target.service = std::string(text.substr(0, dot));
  target.method = std::string(text.substr(dot + 1));
  return target;
}

absl::StatusOr<std::size_t> find_method(const ServiceDescription& service,
                                        const std::string& method) {
  std::vector<std::string> known;
  for (std::size_t i = 0; i < service.methods.size(); ++i) {
    const MethodDescription& candidate = service.methods[i];
    known.push_back(candidate.name);
    if (candidate.name == method) return i;
  }
  std::string message = concat(service.full_name, " has no method ", method);
  if (const auto meant = nearest(method, known)) {
    append(message, "; did you mean ", *meant, "?");
  } else {
    append(message, "; it has: ");
    for (const std::string& name : known) append(message, name == known.front() ? "" : ", ", name);
  }
  return absl::NotFoundError(message);
}

absl::Status add_header(std::string_view text, Metadata& metadata) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    return absl::InvalidArgumentError(concat("--header: \"", escape(text), "\" is not KEY:VALUE"));
  }
  return metadata.add(text.substr(0, colon), trim(text.substr(colon + 1)));
}

}  // namespace fairlead::cli
