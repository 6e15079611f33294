#include "app/middleware_config.hpp"

#include <map>
#include <utility>
#include <vector>

#include "app/yaml_text.hpp"
#include "core/strings.hpp"

namespace fairlead {
namespace {

absl::StatusOr<MiddlewareSettings> read_settings(const YAML::Node& map, const std::string& place,
                                                 const std::string& path) {
  std::map<std::string, MiddlewareSettings::Value> values;
  if (!map.IsMap()) {
    return wrong_at(place, "settings such as `{ calls_per_second: 100 }` are expected");
  }
  const auto read = [&](const std::string& name, const std::string& where,
                        const YAML::Node& value) {
    if (!value.IsScalar()) return wrong_at(where, "a text or a number is expected");
    values[name] = {value.Scalar(), where};
    return absl::OkStatus();
  };
  absl::Status status = each_entry(map, path, nullptr, read);
  if (!status.ok()) return status;
  return MiddlewareSettings(place, std::move(values));
}

absl::StatusOr<std::shared_ptr<Middleware>> read_middleware(const YAML::Node& entry,
                                                            const std::string& path,
                                                            const MiddlewareRegistry& registry) {
  const std::string place = place_of(path, entry.Mark());
  if (entry.IsScalar()) {
    return registry.make(entry.Scalar(), place,
                         MiddlewareSettings(concat(place, ": ", entry.Scalar())));
  }
  if (!entry.IsMap() || entry.size() != 1 || !entry.begin()->first.IsScalar()) {
    return wrong_at(place,
                    "the name of a middleware is expected, alone or with its settings, such as "
                    "`rate-limit: { calls_per_second: 100 }`");
  }
  const std::string name = entry.begin()->first.Scalar();
  auto settings = read_settings(entry.begin()->second, concat(place, ": ", name), path);
  if (!settings.ok()) return settings.status();
  return registry.make(name, place, *std::move(settings));
}

/// Reads the parts of the file that are about middlewares.
class Reader {
 public:
  Reader(std::string path, const MiddlewareRegistry& registry)
      : path_(std::move(path)), registry_(registry) {}

  absl::Status read(const YAML::Node& root) {
    if (!root.IsMap()) return absl::OkStatus();  // others say so
    return each_entry(
        root, path_, nullptr,
        [&](const std::string& name, const std::string& place, const YAML::Node& value) {
          if (name == "middleware") return read_list(value, "");
          if (name == "services") return read_services(value, place);
          return absl::OkStatus();
        });
  }

  rpc::NamedMiddlewares take() { return std::move(named_); }

 private:
  absl::Status read_list(const YAML::Node& value, const std::string& name) {
    auto list = read_middleware_list(value, path_, registry_);
    if (list.ok() && !list->empty()) named_[name] = *std::move(list);
    return list.status();
  }

  absl::Status read_services(const YAML::Node& services, const std::string& place) {
    if (!services.IsMap()) return wrong_at(place, "names such as `calc.Calc:` are expected");
    return each_entry(services, path_, nullptr,
                      [&](const std::string& service, const std::string& where,
                          const YAML::Node& parts) { return read_service(service, where, parts); });
  }

  absl::Status read_service(const std::string& service, const std::string& place,
                            const YAML::Node& parts) {
    static const std::vector<std::string> kParts = {"middleware", "methods"};
    if (!parts.IsMap()) return wrong_at(place, "`middleware:` or `methods:` is expected");
    return each_entry(
        parts, path_, &kParts,
        [&](const std::string& part, const std::string& where, const YAML::Node& value) {
          if (part == "middleware") return read_list(value, service);
          return read_methods(service, where, value);
        });
  }

  absl::Status read_methods(const std::string& service, const std::string& place,
                            const YAML::Node& methods) {
    static const std::vector<std::string> kParts = {"middleware"};
    if (!methods.IsMap()) return wrong_at(place, "names such as `Average:` are expected");
    return each_entry(
        methods, path_, nullptr,
        [&](const std::string& method, const std::string& where, const YAML::Node& parts) {
          if (!parts.IsMap()) return wrong_at(where, "`middleware:` is expected");
          return each_entry(parts, path_, &kParts,
                            [&](const std::string&, const std::string&, const YAML::Node& value) {
                              return read_list(value, concat(service, ".", method));
                            });
        });
  }

  const std::string path_;
  const MiddlewareRegistry& registry_;
  rpc::NamedMiddlewares named_;
};

}  // namespace

absl::StatusOr<MiddlewareList> read_middleware_list(const YAML::Node& list, const std::string& path,
                                                    const MiddlewareRegistry& registry) {
  if (!list.IsSequence()) {
    return wrong_at(place_of(path, list.Mark()),
                    "a list of middlewares is expected, such as `[logging, validation]`");
  }
  MiddlewareList middlewares;
  for (const YAML::Node& entry : list) {
    auto middleware = read_middleware(entry, path, registry);
    if (!middleware.ok()) return middleware.status();
    middlewares.push_back(*std::move(middleware));
  }
  return middlewares;
}

absl::StatusOr<rpc::NamedMiddlewares> parse_service_middlewares(
    const std::string& text, const std::string& path, const MiddlewareRegistry& registry) {
  Reader reader(path, registry);
  const absl::Status status =
      read_yaml(text, path, [&](const YAML::Node& root) { return reader.read(root); });
  if (!status.ok()) return status;
  return reader.take();
}

}  // namespace fairlead
