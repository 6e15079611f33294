#include <map>
#include <set>

#include <absl/strings/str_split.h>
#include <google/protobuf/descriptor.pb.h>

#include "codegen/cpp/emitter.hpp"
#include "codegen/cpp/names.hpp"

namespace fairlead::codegen::cpp {
namespace {

namespace protobuf = google::protobuf;

// The names of the nested messages and enums, which protoc writes beside their parents.
void add_nested(const protobuf::Descriptor& message, const std::string& name,
                std::set<std::string>& names) {
  for (int index = 0; index < message.nested_type_count(); ++index) {
    const std::string nested = name + "_" + message.nested_type(index)->name();
    names.insert(nested);
    add_nested(*message.nested_type(index), nested, names);
  }
  for (int index = 0; index < message.enum_type_count(); ++index) {
    names.insert(name + "_" + message.enum_type(index)->name());
  }
}

// Generated classes stand in the package's namespace, beside everything else in it.
void check_classes(const File& file, Problems& problems) {
  const std::string scope = file.package.empty() ? "" : file.package + ".";
  std::set<std::string> nested;
  for (int index = 0; index < file.descriptor->message_type_count(); ++index) {
    const protobuf::Descriptor& message = *file.descriptor->message_type(index);
    add_nested(message, message.name(), nested);
  }
  for (const Service& service : file.services) {
    for (const char* suffix : {"Service", "Client", "BlockingClient"}) {
      const std::string name = service.name + suffix;
      if (file.descriptor->pool()->FindFileContainingSymbol(scope + name) || nested.count(name)) {
        problems.add(place_of(service), "the generated class " + name + " of service " +
                                            service.full_name +
                                            " has the name of something else "
                                            "in its package; rename one of them");
      }
    }
    // `Calc` makes a CalcBlockingClient, and so does a service `CalcBlocking`.
    if (file.descriptor->pool()->FindServiceByName(service.full_name + "Blocking")) {
      problems.add(place_of(service), "the generated class " + service.name +
                                          "BlockingClient is made of service " + service.name +
                                          " and of service " + service.name +
                                          "Blocking; rename one of them");
    }
  }
}

void check_type(const Method& method, const protobuf::Descriptor& message, Problems& problems) {
  const std::vector<std::string> parts = absl::StrSplit(type_name(message), "::");
  for (const std::string& part : parts) {
    if (is_keyword(part)) {
      problems.add(place_of(method), "message " + message.full_name() +
                                         " cannot be used in C++: " + part +
                                         " is a keyword or a macro, and "
                                         "protoc's own code for it does not compile");
    }
  }
  if (message.file()->options().optimize_for() == protobuf::FileOptions::LITE_RUNTIME) {
    problems.add(place_of(method), "message " + message.full_name() + " is in " +
                                       message.file()->name() +
                                       ", which has optimize_for = LITE_RUNTIME; services need "
                                       "messages with descriptors");
  }
}

void check_methods(const Service& service, Problems& problems) {
  const std::set<std::string> members = {service.name + "Client", service.name + "BlockingClient",
                                         "client_", "loop_"};
  std::map<std::string, const Method*> functions;
  for (const Method& method : service.methods) {
    const std::string name = function_name(method);
    if (members.count(name) > 0) {
      problems.add(place_of(method), "method " + method.full_name + " cannot be called " + name +
                                         " in C++: the generated client has this name for itself");
    }
    if (auto [other, is_new] = functions.emplace(name, &method); !is_new) {
      problems.add(place_of(method), "methods " + other->second->full_name + " and " +
                                         method.full_name + " are both called " + name + " in C++");
    }
    check_type(method, *method.descriptor->input_type(), problems);
    if (method.descriptor->input_type() != method.descriptor->output_type()) {
      check_type(method, *method.descriptor->output_type(), problems);
    }
  }
}

}  // namespace

void check_names(const File& file, Problems& problems) {
  if (file.services.empty()) return;
  const std::vector<std::string> parts = absl::StrSplit(file.package, '.');
  for (const std::string& part : parts) {
    if (is_keyword(part)) {
      problems.add(place_of(file.services[0]),
                   "package " + file.package + " cannot be a C++ namespace: " + part +
                       " is a keyword or a macro, and protoc's own code for it does not compile");
    }
  }
  if (file.descriptor->options().optimize_for() == protobuf::FileOptions::LITE_RUNTIME) {
    problems.add(place_of(file.services[0]),
                 file.path + " has optimize_for = LITE_RUNTIME; services need descriptors");
  }
  check_classes(file, problems);
  for (const Service& service : file.services) check_methods(service, problems);
}

}  // namespace fairlead::codegen::cpp
