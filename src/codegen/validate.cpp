#include "codegen/validate.hpp"

#include <map>

#include <absl/strings/match.h>

#include "fairlead/options.pb.h"

#include "codegen/syntax.hpp"
#include "core/names.hpp"
#include "middleware/validation/field_rules.hpp"

namespace fairlead::codegen {
namespace {

void check_service(const Service& service, Problems& problems) {
  if (!is_discovery_name(service.discovery_name)) {
    problems.add(place_of(service, ServiceOptions::kNameFieldNumber),
                 "the name \"" + service.discovery_name + "\" of service " + service.full_name +
                     " may have letters, digits, - and _ only");
  }
  if (!is_semantic_version(service.version)) {
    problems.add(place_of(service, ServiceOptions::kVersionFieldNumber),
                 "the version \"" + service.version + "\" of service " + service.full_name +
                     " is not a semantic version, as 1.0.0 is");
  }
  if (std::string fault = subject_fault(service.queue_group); !fault.empty()) {
    problems.add(place_of(service, ServiceOptions::kQueueGroupFieldNumber),
                 "the queue group \"" + service.queue_group + "\" of service " + service.full_name +
                     " " + fault);
  }
}

void check_method(const Method& method, Problems& problems) {
  if (method.name == "_") {
    problems.add(place_of(method), "a method may not be called _: the subjects " +
                                       method.full_name + ".> are the service's control subjects");
  }
  if (is_stream(method) && method.oneway) {
    problems.add(place_of(method, MethodOptions::kOnewayFieldNumber),
                 "method " + method.full_name + " is a stream and cannot be one-way");
  }
  if (is_stream(method) &&
      method.descriptor->options().GetExtension(fairlead::method).has_timeout()) {
    problems.add(place_of(method, MethodOptions::kTimeoutFieldNumber),
                 "method " + method.full_name +
                     " is a stream and cannot have a timeout: a stream has a deadline only if its "
                     "caller sets one");
  }
  if (method.concurrency < 0) {
    problems.add(place_of(method, MethodOptions::kConcurrencyFieldNumber),
                 "the concurrency of " + method.full_name + " is " +
                     std::to_string(method.concurrency) +
                     "; it must be positive, or 0 for the default");
  }
  for (const PolicyLayer& layer : method.layers) {
    if (method.oneway) {
      problems.add(place_of(method, layer.option),
                   "the option " + layer.name + " of " + method.full_name +
                       " has no effect: nobody waits for the end of a one-way call");
    } else if (layer.name == "hedge" && !method.idempotent) {
      problems.add(place_of(method, layer.option),
                   "the option hedge of " + method.full_name +
                       " sends calls twice, so the method must be idempotent: true");
    }
  }
}

// Where a method says which subjects it answers on, and that it may.
class SubjectCheck {
 public:
  explicit SubjectCheck(Problems& problems) : problems_(problems) {}

  void claim(const Service& service, const Method& method) {
    const std::string subject = "the subject \"" + method.subject + "\"";
    claim(service, method, MethodOptions::kSubjectFieldNumber, subject, method.subject);
    for (const std::string& alias : method.aliases) {
      claim(service, method, MethodOptions::kAliasFieldNumber, "the alias \"" + alias + "\"",
            alias);
    }
  }

 private:
  void claim(const Service& service, const Method& method, int option, const std::string& what,
             const std::string& subject) {
    const Place place = place_of(method, option);
    const std::string control = service.full_name + "._";
    if (std::string fault = subject_fault(subject); !fault.empty()) {
      problems_.add(place, what + " of " + method.full_name + " " + fault);
    } else if (method.name != "_" &&
               (subject == control || absl::StartsWith(subject, control + "."))) {
      problems_.add(
          place, what + " of " + method.full_name + " lies among the service's control subjects");
    } else if (auto [owner, is_new] = owners_.emplace(subject, &method); !is_new) {
      problems_.add(place, owner->second == &method
                               ? what + " of " + method.full_name + " is given twice"
                               : what + " of " + method.full_name + " is already that of " +
                                     owner->second->full_name);
    }
  }

  Problems& problems_;
  std::map<std::string, const Method*> owners_;
};

Place place_of(const google::protobuf::FieldDescriptor& field) {
  google::protobuf::SourceLocation location;
  Place place;
  place.file = field.file()->name();
  if (field.GetSourceLocation(&location)) {
    place.line = location.start_line + 1;
    place.column = location.start_column + 1;
  }
  return place;
}

void check_fields(const google::protobuf::Descriptor& message, Problems& problems) {
  for (int i = 0; i < message.field_count(); ++i) {
    const auto& field = *message.field(i);
    if (!middleware::FieldRules::are_on(field)) continue;
    const std::string fault = middleware::FieldRules(field).fault();
    if (fault.empty()) continue;
    problems.add(place_of(field), "the rules of " + field.full_name() + ": " + fault);
  }
  for (int i = 0; i < message.nested_type_count(); ++i) {
    check_fields(*message.nested_type(i), problems);
  }
}

}  // namespace

void validate(const File& file, Problems& problems) {
  for (int i = 0; i < file.descriptor->message_type_count(); ++i) {
    check_fields(*file.descriptor->message_type(i), problems);
  }
  SubjectCheck subjects(problems);
  std::map<std::string, const Service*> names;
  for (const Service& service : file.services) {
    check_service(service, problems);
    if (auto [owner, is_new] = names.emplace(service.discovery_name, &service); !is_new) {
      problems.add(place_of(service, ServiceOptions::kNameFieldNumber),
                   "the name \"" + service.discovery_name + "\" of service " + service.full_name +
                       " is already that of " + owner->second->full_name);
    }
    for (const Method& method : service.methods) {
      check_method(method, problems);
      subjects.claim(service, method);
    }
  }
}

}  // namespace fairlead::codegen
