#include "cli/connect.hpp"

#include <cstdlib>
#include <iostream>

#include "fairlead/nats/context.hpp"

#include "cli/format.hpp"
#include "cli/table.hpp"
#include "core/strings.hpp"
#include "rpc/status_wire.hpp"

namespace fairlead::cli {
namespace {

std::string first_set(std::initializer_list<const char*> variables) {
  for (const char* variable : variables) {
    const char* value = std::getenv(variable);
    if (value != nullptr && *value != '\0') return value;
  }
  return {};
}

Task<int> connect_and_work(Loop& loop, nats::ConnectOptions options,
                           const std::function<Task<int>(nats::Connection)>& work) {
  auto connection = co_await nats::Connection::connect(loop, std::move(options));
  if (!connection.ok()) co_return fail(connection.status());
  Task<int> task = work(*connection);
  const int code = co_await std::move(task);
  connection->close();
  co_return code;
}

}  // namespace

absl::StatusOr<nats::ConnectOptions> connect_options(const ConnectionFlags& flags) {
  nats::ConnectOptions options;
  options.set_name("fairlead command");
  if (!flags.nats.empty() && flags.context.empty()) return options.set_url(flags.nats);

  const std::string url =
      flags.nats.empty() ? first_set({"FAIRLEAD_NATS", "NATS_URL"}) : flags.nats;
  std::string name =
      flags.context.empty() ? first_set({"FAIRLEAD_CONTEXT", "NATS_CONTEXT"}) : flags.context;
  // A context that was once selected for other work does not go with a URL that was given now.
  if (name.empty() && !url.empty()) return options.set_url(url);
  const absl::StatusOr<nats::Context> context = nats::load_context(name);
  if (!context.ok()) return context.status();
  if (absl::Status status = nats::apply_context(*context, options); !status.ok()) return status;
  // As with the nats command, a URL by flag replaces that of the context. One from the environment
  // replaces only that of a context from the environment.
  if (!url.empty() && (!flags.nats.empty() || flags.context.empty())) options.set_url(url);
  return options;
}

absl::StatusOr<std::chrono::nanoseconds> timeout_of(const ConnectionFlags& flags,
                                                    std::chrono::nanoseconds otherwise) {
  if (flags.timeout.empty()) return otherwise;
  absl::StatusOr<std::chrono::nanoseconds> timeout = parse_time(flags.timeout);
  if (!timeout.ok()) {
    return absl::InvalidArgumentError(concat("--timeout: ", message_of(timeout.status())));
  }
  return timeout;
}

int run_connected(const ConnectionFlags& flags,
                  const std::function<Task<int>(nats::Connection)>& work) {
  absl::StatusOr<nats::ConnectOptions> options = connect_options(flags);
  if (!options.ok()) return wrong_usage(message_of(options.status()));
  Loop loop;
  return loop.run(connect_and_work(loop, *std::move(options), work));
}

int fail(const absl::Status& status) {
  const Style style = Style::of_terminal(2);
  std::cout.flush();
  std::cerr << style.red(rpc::code_name(status.code())) << ": " << printable(message_of(status))
            << "\n";
  return kFailed;
}

int wrong_usage(std::string_view message) {
  std::cerr << "fairlead: " << printable(message) << "\n";
  return kWrongUsage;
}

}  // namespace fairlead::cli
