#include "codegen/plugin_options.hpp"

#include <set>
#include <utility>

#include <absl/strings/match.h>
#include <google/protobuf/compiler/code_generator.h>

#include "codegen/syntax.hpp"
#include "core/names.hpp"
#include "core/nearest.hpp"

namespace fairlead::codegen {
namespace {

constexpr char kForms[] =
    "impl=HEADER:CLASS, impl.SERVICE=HEADER:CLASS, version=X.Y.Z, prefix=SUBJECT";

// " Did you mean version?", if there is something near.
std::string suggestion(const std::string& word, const std::vector<std::string>& known) {
  const std::optional<std::string> near = nearest(word, known);
  return near ? " Did you mean " + *near + "?" : "";
}

void parse_impl(const std::string& key, const std::string& value, Options& options,
                Problems& problems) {
  const std::size_t colon = value.find(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == value.size()) {
    problems.add("option " + key + "=" + value +
                 ": expected a header and a class, as in --fairlead_opt=" + key +
                 "=calc.hpp:Calc (not in --fairlead_out, which ends at the first colon)");
    return;
  }
  const std::string service = key == "impl" ? "" : key.substr(sizeof("impl.") - 1);
  options.impls.push_back({service, {value.substr(0, colon), value.substr(colon + 1)}});
}

}  // namespace

Options parse_options(const std::string& parameter, Problems& problems) {
  std::vector<std::pair<std::string, std::string>> pairs;
  google::protobuf::compiler::ParseGeneratorParameter(parameter, &pairs);
  Options options;
  std::set<std::string> seen;
  for (const auto& [key, value] : pairs) {
    const bool is_impl = key == "impl" || (absl::StartsWith(key, "impl.") && key.size() > 5);
    if (!is_impl && key != "version" && key != "prefix") {
      problems.add("unknown option " + key + "." + suggestion(key, {"impl", "version", "prefix"}) +
                   " The options are " + kForms);
    } else if (value.empty()) {
      problems.add("option " + key + " needs a value. The options are " + kForms);
    } else if (!seen.insert(key).second) {
      problems.add("option " + key + " is given twice");
    } else if (is_impl) {
      parse_impl(key, value, options, problems);
    } else if (key == "version") {
      options.version = value;
      if (!is_semantic_version(value)) {
        problems.add("option version=" + value + ": not a semantic version, as 1.0.0 is");
      }
    } else {
      options.prefix = value;
      if (std::string fault = subject_fault(value); !fault.empty()) {
        problems.add("option prefix=" + value + ": a subject prefix " + fault);
      }
    }
  }
  return options;
}

void assign_implementations(const Options& options, std::vector<File>& files, Problems& problems) {
  std::vector<Service*> services;
  std::vector<std::string> names;
  for (File& file : files) {
    for (Service& service : file.services) {
      services.push_back(&service);
      names.insert(names.end(), {service.full_name, service.name});
    }
  }
  for (const Options::Impl& impl : options.impls) {
    std::vector<Service*> matches;
    for (Service* service : services) {
      if (impl.service.empty() || impl.service == service->name ||
          impl.service == service->full_name) {
        matches.push_back(service);
      }
    }
    const std::string key = impl.service.empty() ? "impl" : "impl." + impl.service;
    if (matches.empty() && names.empty()) {
      problems.add("option " + key + ": there is no service in these files");
    } else if (matches.empty()) {
      problems.add("option " + key + ": no service " + impl.service + " in these files." +
                   suggestion(impl.service, names));
    } else if (matches.size() > 1) {
      problems.add("option " + key + " fits several services; name each, as in impl." +
                   matches[0]->full_name + "=HEADER:CLASS");
    } else if (matches[0]->implementation) {
      problems.add("option " + key + ": " + matches[0]->full_name +
                   " has an implementation already");
    } else {
      matches[0]->implementation = impl.implementation;
    }
  }
}

}  // namespace fairlead::codegen
