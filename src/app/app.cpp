#include "fairlead/app.hpp"

#include <iostream>
#include <utility>
#include <vector>

#include <google/protobuf/util/json_util.h>

#include "fairlead/version.hpp"

#include "app/command_line.hpp"
#include "app/config_file.hpp"
#include "app/describe.hpp"
#include "app/environment.hpp"
#include "app/middleware_config.hpp"
#include "app/runner.hpp"
#include "app/selection.hpp"
#include "app/servers.hpp"
#include "app/service_log.hpp"
#include "app/yaml_text.hpp"
#include "core/strings.hpp"
#include "rpc/middleware_resolution.hpp"
#include "telemetry/trace_settings.hpp"

namespace fairlead {

class App::Impl {
 public:
  explicit Impl(std::string name) : name_(std::move(name)) {}

  void add(Service service) { services_.push_back(std::move(service)); }
  void add_middleware(const std::string& name, std::shared_ptr<Middleware> middleware) {
    middlewares_[name].push_back(std::move(middleware));
  }
  void register_middleware(const std::string& name, MiddlewareFactory factory) {
    registry_.add(name, std::move(factory));
  }

  int run(int argc, const char* const* argv) {
    if (argc <= 1) {
      std::cerr << program_help(name_);
      return kExitUsage;
    }
    const auto line = parse_command_line(name_, version(), argc, argv);
    if (!line.ok()) return usage_error(line.status());
    switch (line->command) {
      case CommandLine::Command::kText:
        return print(line->text);
      case CommandLine::Command::kRun:
        return serve(*line);
      case CommandLine::Command::kInfo:
        return print_info(line->json);
      case CommandLine::Command::kSchema:
        return print_schema(line->format);
    }
    return kExitUsage;
  }

 private:
  std::vector<const ServiceDescription*> descriptions() const {
    std::vector<const ServiceDescription*> descriptions;
    for (const Service& service : services_) descriptions.push_back(&service.description());
    return descriptions;
  }

  std::string version() const {
    std::string text;
    for (const ServiceDescription* service : descriptions()) {
      append(text, service->full_name, " ", service->version, "\n");
    }
    append(text, "fairlead ", kVersion);
    return text;
  }

  int usage_error(const absl::Status& status) const {
    std::cerr << name_ << ": " << message_of(status) << '\n';
    return kExitUsage;
  }

  int print(const std::string& text) const {
    std::cout << text << std::flush;
    if (std::cout) return kExitGood;
    std::cerr << name_ << ": the output cannot be written\n";
    return kExitFailed;
  }

  int print_info(bool json) const {
    return print(json ? describe_json(name_, descriptions()) : describe_text(descriptions()));
  }

  int print_schema(CommandLine::SchemaFormat format) const {
    if (format == CommandLine::SchemaFormat::kProto) return print(schema_proto(descriptions()));
    const auto set = schema_of(descriptions());
    std::string text;
    if (format == CommandLine::SchemaFormat::kBinary) {
      set.SerializeToString(&text);
    } else {
      google::protobuf::util::JsonPrintOptions options;
      options.add_whitespace = true;
      const auto status = google::protobuf::util::MessageToJsonString(set, &text, options);
      if (!status.ok()) {
        std::cerr << name_ << ": the schema cannot be written as JSON: " << status.ToString()
                  << '\n';
        return kExitFailed;
      }
    }
    return print(text);
  }

  // Flags before environment before file.
  absl::StatusOr<Settings> read_settings(const CommandLine& line,
                                         const Environment& environment) const {
    std::string path = line.config;
    if (path.empty()) {
      const auto variable = environment.find(kConfigVariable);
      if (variable != environment.end()) path = variable->second;
    }
    std::vector<GivenSetting> file;
    rpc::NamedMiddlewares middlewares = middlewares_;
    if (!path.empty()) {
      const auto text = read_text_file(path, "the configuration file");
      if (!text.ok()) return text.status();
      auto read = parse_config(*text, path);
      if (!read.ok()) return read.status();
      file = *std::move(read);
      auto named = parse_service_middlewares(*text, path, registry_);
      if (!named.ok()) return named.status();
      // Those of the file are inside of the program's own.
      for (const auto& [name, list] : *named) {
        auto& all = middlewares[name];
        all.insert(all.end(), list.begin(), list.end());
      }
    }
    auto settings = resolve_settings({file, settings_from(environment), line.settings});
    if (settings.ok()) settings->middlewares = std::move(middlewares);
    return settings;
  }

  // What is for a service that this process does not host is checked, and left out.
  static absl::StatusOr<rpc::NamedMiddlewares> of_hosted(
      const rpc::NamedMiddlewares& middlewares, const std::vector<const ServiceDescription*>& all,
      const std::vector<Service>& hosted) {
    if (auto status = rpc::check_middlewares(middlewares, all); !status.ok()) return status;
    std::vector<const ServiceDescription*> here;
    for (const Service& service : hosted) here.push_back(&service.description());
    rpc::NamedMiddlewares some;
    for (const auto& entry : middlewares) {
      if (rpc::check_middlewares({entry}, here).ok()) some.insert(entry);
    }
    return some;
  }

  // The services as the settings want them.
  absl::StatusOr<std::vector<Service>> hosted_services(const Settings& settings) const {
    std::vector<Service> hosted = services_;
    if (settings.prefix) {
      for (Service& service : hosted) service.set_prefix(*settings.prefix);
    }
    if (settings.only.empty()) return hosted;
    const auto selected = select_methods(settings.only, descriptions());
    if (!selected.ok()) return selected.status();
    std::vector<Service> some;
    for (std::size_t i = 0; i < hosted.size(); ++i) {
      if ((*selected)[i].empty()) continue;
      if (auto status = hosted[i].host_only((*selected)[i]); !status.ok()) return status;
      some.push_back(std::move(hosted[i]));
    }
    return some;
  }

  int serve(const CommandLine& line) const {
    const Environment environment = process_environment();
    auto settings = read_settings(line, environment);
    if (!settings.ok()) return usage_error(settings.status());
    auto services = hosted_services(*settings);
    if (!services.ok()) return usage_error(services.status());
    auto middlewares = of_hosted(settings->middlewares, descriptions(), *services);
    if (!middlewares.ok()) return usage_error(middlewares.status());
    settings->middlewares = *std::move(middlewares);
    auto connect = choose_servers(*settings, environment);
    if (!connect.ok()) return usage_error(connect.status());

    const ServiceLog log{make_stderr_sink(settings->log_format),
                         std::make_shared<LogLevels>(settings->log_levels)};
    const Logger logger = log.of(LogComponent::kApp);
    for (const std::string& warning : unknown_variables(environment)) logger.warning(warning);
    auto traces = telemetry::read_trace_settings(environment, name_);
    for (const std::string& warning : traces.warnings) logger.warning(warning);
    connect->set_name(name_).set_logger(log.of(LogComponent::kNats));
    const auto read_again = [this, &line, &environment] {
      return read_settings(line, environment);
    };
    return Runner(*settings, *connect, *std::move(services), log, std::move(traces), read_again)
        .run();
  }

  const std::string name_;
  std::vector<Service> services_;
  rpc::NamedMiddlewares middlewares_;
  MiddlewareRegistry registry_;
};

App::App(std::string name) : impl_(std::make_unique<Impl>(std::move(name))) {}

App::~App() = default;

void App::add(Service service) {
  impl_->add(std::move(service));
}

void App::add_middleware(std::shared_ptr<Middleware> middleware) {
  impl_->add_middleware("", std::move(middleware));
}

void App::add_middleware(const std::string& name, std::shared_ptr<Middleware> middleware) {
  impl_->add_middleware(name, std::move(middleware));
}

void App::register_middleware(const std::string& name, MiddlewareFactory factory) {
  impl_->register_middleware(name, std::move(factory));
}

int App::run(int argc, const char* const* argv) {
  return impl_->run(argc, argv);
}

}  // namespace fairlead
