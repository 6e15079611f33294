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

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

Task<int> connect_and_work(Loop& loop, nats::ConnectOptions options,
                           const std::function<Task<int>(nats::Connection)>& work) {
  auto connection = co_await nats::Connection::connect(loop, std::move(options));
  if (absl::IsInvalidArgument(connection.status())) {
    co_return wrong_usage(message_of(connection.status()));
  }
  if (!connection.ok()) co_return fail(connection.status());
  Task<int> task = work(*connection);
  const int code = co_await std::move(task);
  connection->close();
  co_return code;
}

absl::StatusOr<nats::Access> own_access(const nats::Access& flags) {
  nats::Access own;
  own.creds = variable("FAIRLEAD_CREDS");
  own.nkey = variable("FAIRLEAD_NKEY");
  own.tls_ca = variable("FAIRLEAD_TLS_CA");
  own.tls_cert = variable("FAIRLEAD_TLS_CERT");
  own.tls_key = variable("FAIRLEAD_TLS_KEY");
  const std::string first = variable("FAIRLEAD_TLS_FIRST");
  if (!first.empty() && first != "true" && first != "false") {
    return absl::InvalidArgumentError(
        concat("FAIRLEAD_TLS_FIRST: \"", escape(first), "\" is not true or false"));
  }
  own.tls_first = first == "true";
  nats::Access access = flags;
  complete(access, own);
  return access;
}

/// The servers by URL; else, without a name, by the context in NATS_CONTEXT, else the selected one,
/// else defaults.
absl::StatusOr<nats::ConnectOptions> find_servers(const std::string& url, const std::string& name) {
  nats::ConnectOptions options;
  options.set_name("fairlead command");
  if (!url.empty()) return options.set_url(url);
  const absl::StatusOr<nats::Context> context = nats::load_context(name);
  if (!context.ok()) return context.status();
  if (absl::Status status = nats::apply_context(*context, options); !status.ok()) return status;
  return options;
}

}  // namespace

absl::StatusOr<nats::ConnectOptions> connect_options(const ConnectionFlags& flags) {
  std::string url = flags.nats;
  std::string name = flags.context;
  if (!url.empty() && !name.empty()) {
    return absl::InvalidArgumentError("--nats and --context say the same thing; give one of them");
  }
  if (url.empty() && name.empty()) {
    url = variable("FAIRLEAD_NATS");
    name = variable("FAIRLEAD_CONTEXT");
    if (!url.empty() && !name.empty()) {
      return absl::InvalidArgumentError(
          "FAIRLEAD_NATS and FAIRLEAD_CONTEXT say the same thing; set one of them");
    }
  }
  absl::StatusOr<nats::Access> access = own_access(flags.access);
  if (!access.ok()) return access.status();
  // Whoever names a context means all of it.
  if (name.empty()) complete(*access, nats::nats_access(variable));
  if (url.empty() && name.empty()) url = variable("NATS_URL");

  auto options = find_servers(url, name);
  if (!options.ok()) return options;
  if (absl::Status status = nats::apply_access(*access, *options); !status.ok()) return status;
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
