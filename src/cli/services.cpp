#include "cli/services.hpp"

#include "core/nearest.hpp"

namespace fairlead::cli {

int run_with_finder(const ConnectionFlags& flags,
                    const std::function<Task<int>(discovery::Finder)>& work) {
  discovery::FinderOptions options;
  const absl::StatusOr<std::chrono::nanoseconds> timeout = timeout_of(flags, options.timeout());
  if (!timeout.ok()) return wrong_usage(message_of(timeout.status()));
  options.set_timeout(*timeout);
  return run_connected(flags, [&](nats::Connection connection) {
    return work(discovery::Finder(std::move(connection), options));
  });
}

Task<absl::StatusOr<std::string>> discovery_name(discovery::Finder finder, std::string name) {
  if (name.find('.') == std::string::npos) co_return name;
  std::string usual = discovery::default_service_name(name);
  if (!discovery::is_service_name(usual)) {
    co_return absl::InvalidArgumentError(concat("\"", escape(name), "\" is not a service's name"));
  }
  const auto any = co_await finder.info_of_any(usual);
  if (any.ok() && discovery::full_name_of(*any) == name) co_return usual;
  const auto all = co_await finder.info(std::string(), std::string());
  if (!all.ok()) co_return all.status();
  for (const auto& instance : all->instances) {
    if (discovery::full_name_of(instance) == name) co_return instance.name;
  }
  co_return co_await no_such_service(finder, name);
}

Task<absl::Status> no_such_service(discovery::Finder finder, std::string name) {
  const auto all = co_await finder.info(std::string(), std::string());
  if (!all.ok()) co_return all.status();
  std::vector<std::string> known;
  for (const auto& instance : all->instances) {
    known.push_back(instance.name);
    known.push_back(discovery::full_name_of(instance));
  }
  std::string message = concat("no service ", name, " is up");
  if (known.empty()) {
    append(message, "; none is");
  } else if (const auto meant = nearest(name, known)) {
    append(message, "; did you mean ", *meant, "?");
  } else {
    append(message, "; `fairlead ls` shows those that are");
  }
  co_return absl::NotFoundError(message);
}

std::string shown_name(const discovery::Identity& identity) {
  std::string full_name = discovery::full_name_of(identity);
  return full_name.empty() ? identity.name : full_name;
}

}  // namespace fairlead::cli
