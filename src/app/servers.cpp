#include "app/servers.hpp"

#include "fairlead/nats/context.hpp"

#include "core/strings.hpp"
#include "nats/url.hpp"

namespace fairlead {
namespace {

std::string variable(const Environment& environment, const std::string& name) {
  const auto entry = environment.find(name);
  return entry == environment.end() ? std::string() : entry->second;
}

absl::StatusOr<nats::ConnectOptions> find_servers(const Settings& settings,
                                                  const Environment& environment) {
  nats::ConnectOptions options;
  const bool nothing_set = settings.nats.empty() && settings.context.empty();
  const std::string url = nothing_set ? variable(environment, "NATS_URL") : settings.nats;
  if (!url.empty()) {
    const auto servers = nats::parse_servers(url);
    if (!servers.ok()) {
      const std::string place = nothing_set ? "NATS_URL" : "nats";
      return absl::InvalidArgumentError(concat(place, ": ", message_of(servers.status())));
    }
    return options.set_url(url);
  }

  const std::string name = nothing_set ? variable(environment, "NATS_CONTEXT") : settings.context;
  const auto context = nats::load_context(name);
  if (!context.ok()) return context.status();
  if (auto status = nats::apply_context(*context, options); !status.ok()) return status;
  return options;
}

}  // namespace

absl::StatusOr<nats::ConnectOptions> choose_servers(const Settings& settings,
                                                    const Environment& environment) {
  auto options = find_servers(settings, environment);
  if (!options.ok()) return options;
  nats::Access access = settings.access;
  if (settings.context.empty()) {
    complete(access,
             nats::nats_access([&](const char* name) { return variable(environment, name); }));
  }
  if (auto status = nats::apply_access(access, *options); !status.ok()) return status;
  return options;
}

}  // namespace fairlead
