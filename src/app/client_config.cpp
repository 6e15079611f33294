#include "app/client_config.hpp"

#include <optional>
#include <utility>
#include <vector>

#include <absl/strings/str_cat.h>

#include "app/middleware_config.hpp"
#include "app/policy_fields.hpp"
#include "app/setting_values.hpp"
#include "app/yaml_text.hpp"
#include "route/chosen_route.hpp"

namespace fairlead {
namespace {

using Known = std::vector<std::string>;

const Known kMethodNames = {"timeout", "retry", "throttle", "breaker", "hedge", "middleware"};
const Known kRootNames = {"timeout", "prefix", "route",      "retry",  "throttle",
                          "breaker", "hedge",  "middleware", "methods"};

/// Reads the YAML of one file; errors name it.
class Reader {
 public:
  Reader(std::string path, const MiddlewareRegistry& registry)
      : path_(std::move(path)), registry_(registry) {}

  absl::StatusOr<ClientOptions> read(const YAML::Node& root) {
    ClientOptions options;
    if (root.IsNull()) return options;
    CallPolicy policy;
    const auto read_entry = [&](const std::string& name, const std::string& place,
                                const YAML::Node& value) {
      if (name == "prefix") return read_prefix(value, place, options);
      if (name == "route") return read_route(value, place, options);
      if (name == "methods") return read_methods(value, place, options);
      if (name == "middleware") return read_middlewares(value, "", options);
      return read_policy(name, value, place, policy);
    };
    const absl::Status status =
        each_entry(root, "lines such as `retry: on`", &kRootNames, read_entry);
    if (!status.ok()) return status;
    options.set_policy(policy);
    return options;
  }

 private:
  // Gives each entry of a map to `read`.
  template <typename F>
  absl::Status each_entry(const YAML::Node& map, const std::string& expected, const Known* known,
                          F read) {
    if (!map.IsMap()) return wrong_at(place(map), absl::StrCat(expected, " are expected"));
    return fairlead::each_entry(map, path_, known, read);
  }

  static absl::Status read_prefix(const YAML::Node& value, const std::string& place,
                                  ClientOptions& options) {
    if (!value.IsScalar() || !is_subject_prefix(value.Scalar())) {
      return wrong_at(place, "part of a subject such as staging or eu.staging is expected");
    }
    options.set_prefix(value.Scalar());
    return absl::OkStatus();
  }

  static absl::Status read_route(const YAML::Node& value, const std::string& place,
                                 ClientOptions& options) {
    const auto choice = value.IsScalar() ? parse_route_choice(value.Scalar()) : std::nullopt;
    if (!choice) return wrong_at(place, "auto, nats, local or direct is expected");
    options.set_route(*choice);
    return absl::OkStatus();
  }

  absl::Status read_methods(const YAML::Node& value, const std::string& place,
                            ClientOptions& options) {
    if (!value.IsMap()) {
      return wrong_at(place, "names of methods such as `calc.Calc.Average:` are expected");
    }
    const auto read_method = [&](const std::string& method, const std::string& where,
                                 const YAML::Node& entries) {
      CallPolicy policy;
      const auto read_entry = [&](const std::string& name, const std::string& at,
                                  const YAML::Node& part) {
        if (name == "middleware") return read_middlewares(part, method, options);
        return read_policy(name, part, at, policy);
      };
      if (!entries.IsMap()) return wrong_at(where, "lines such as `retry: on` are expected");
      const absl::Status status = each_entry(entries, "", &kMethodNames, read_entry);
      if (status.ok()) options.set_policy(method, policy);
      return status;
    };
    return each_entry(value, "", nullptr, read_method);
  }

  absl::Status read_middlewares(const YAML::Node& value, const std::string& method,
                                ClientOptions& options) {
    auto list = read_middleware_list(value, path_, registry_);
    if (!list.ok()) return list.status();
    for (auto& middleware : *list) options.add_middleware(method, std::move(middleware));
    return absl::OkStatus();
  }

  absl::Status read_policy(const std::string& name, const YAML::Node& value,
                           const std::string& place, CallPolicy& policy) {
    if (name == "timeout") return read_timeout(value, place, policy);
    if (name == "retry") return read_layer(value, place, policy, &CallPolicy::set_retry);
    if (name == "throttle") return read_layer(value, place, policy, &CallPolicy::set_throttle);
    if (name == "breaker") return read_layer(value, place, policy, &CallPolicy::set_breaker);
    return read_layer(value, place, policy, &CallPolicy::set_hedge);
  }

  static absl::Status read_timeout(const YAML::Node& value, const std::string& place,
                                   CallPolicy& policy) {
    const auto time = value.IsScalar() ? parse_duration(value.Scalar()) : std::nullopt;
    if (!time || time->count() <= 0)
      return wrong_at(place, "a time such as 500ms or 2s is expected");
    policy.set_timeout(*time);
    return absl::OkStatus();
  }

  template <typename Policy>
  absl::Status read_layer(const YAML::Node& value, const std::string& place, CallPolicy& policy,
                          CallPolicy& (CallPolicy::*set)(std::optional<Policy>)) {
    Policy layer;
    if (value.IsScalar() && value.Scalar() == "off") {
      (policy.*set)(std::nullopt);
      return absl::OkStatus();
    }
    if (value.IsMap()) {
      if (absl::Status status = read_numbers(value, layer); !status.ok()) return status;
    } else if (!value.IsScalar() || value.Scalar() != "on") {
      return wrong_at(place,
                      absl::StrCat("on, off or numbers such as `{",
                                   std::string(fields_of(layer)[0].name), ": …}` are expected"));
    }
    if (!layer.fault().empty()) return wrong_at(place, std::string(layer.fault()));
    (policy.*set)(layer);
    return absl::OkStatus();
  }

  template <typename Policy>
  absl::Status read_numbers(const YAML::Node& value, Policy& layer) {
    Known names;
    for (const auto& field : fields_of(layer)) names.emplace_back(field.name);
    const auto read_number = [&](const std::string& name, const std::string& place,
                                 const YAML::Node& number) {
      for (const auto& field : fields_of(layer)) {
        if (field.name != name) continue;
        if (number.IsScalar() && field.read(number.Scalar(), layer)) return absl::OkStatus();
        return wrong_at(place, absl::StrCat(std::string(field.expected), " is expected"));
      }
      return absl::OkStatus();
    };
    return each_entry(value, "", &names, read_number);
  }

  std::string place(const YAML::Node& node) const { return place_of(path_, node.Mark()); }

  std::string path_;
  const MiddlewareRegistry& registry_;
};

}  // namespace

absl::StatusOr<ClientOptions> parse_client_options(const std::string& text, const std::string& path,
                                                   const MiddlewareRegistry& registry) {
  ClientOptions options;
  const absl::Status status = read_yaml(text, path, [&](const YAML::Node& root) {
    auto read = Reader(path, registry).read(root);
    if (read.ok()) options = *std::move(read);
    return read.status();
  });
  if (!status.ok()) return status;
  return options;
}

absl::StatusOr<ClientOptions> load_client_options(const std::string& path,
                                                  const MiddlewareRegistry& registry) {
  const auto text = read_text_file(path, "the file of client options");
  if (!text.ok()) return text.status();
  auto options = parse_client_options(*text, path, registry);
  if (!options.ok()) return options;
  const auto choice = route::route_of_environment();
  if (!choice.ok()) return choice.status();
  if (*choice) options->set_route(**choice);
  return options;
}

}  // namespace fairlead
