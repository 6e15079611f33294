#include "app/service_check.hpp"

#include <set>

#include "fairlead/stream_handler.hpp"

#include "core/names.hpp"
#include "core/strings.hpp"
#include "nats/subject.hpp"

namespace fairlead {

absl::Status check_service(const Service& service) {
  const ServiceDescription& description = service.description();
  const auto wrong = [&](std::string_view reason) {
    return absl::InvalidArgumentError(concat("service ", description.full_name, ": ", reason));
  };
  if (!is_discovery_name(description.name)) {
    return wrong(concat("the name \"", escape(description.name),
                        "\" may only have letters, digits, \"-\" and \"_\""));
  }
  if (!is_semantic_version(description.version)) {
    return wrong(concat("the version \"", escape(description.version),
                        "\" is not a semantic version such as 1.0.0"));
  }
  if (absl::Status status = nats::check_queue_group(description.queue_group); !status.ok()) {
    return wrong(message_of(status));
  }
  if (!description.file)
    return wrong("the description has no file, so there is no schema to publish");
  std::set<std::string> subjects;
  bool hosted = false;
  for (std::size_t i = 0; i < description.methods.size(); ++i) {
    const MethodDescription& method = description.methods[i];
    hosted = hosted || service.handler(i);
    if (const MethodHandler* const handler = service.handler(i).get()) {
      const bool streams = dynamic_cast<const StreamHandler*>(handler) != nullptr;
      if (streams != (method.kind != MethodKind::kUnary)) {
        return wrong(concat("method ", method.name, " is of the kind ", kind_name(method.kind),
                            ", and its handler is not"));
      }
    }
    std::vector<std::string> all = method.aliases;
    all.push_back(method.subject);
    for (const std::string& subject : all) {
      const std::string whole = with_prefix(description.prefix, subject);
      if (absl::Status status = nats::check_publish_subject(whole); !status.ok()) {
        return wrong(concat("method ", method.name, ": ", message_of(status)));
      }
      if (!subjects.insert(whole).second) {
        return wrong(concat("two methods answer on the subject ", whole));
      }
    }
  }
  if (!hosted) return wrong("no method has a handler");
  return absl::OkStatus();
}

}  // namespace fairlead
