#pragma once

#include <string>
#include <vector>

#include <absl/status/statusor.h>

#include "fairlead/nats/connect_options.hpp"

namespace fairlead::nats {

/// A NATS context: the connection settings that the `nats` command keeps under a name, in
/// `$XDG_CONFIG_HOME/nats/context/NAME.json` or `~/.config/nats/context/NAME.json` (ADR-21).
struct Context {
  std::string name;
  std::string description;
  std::string url;
  std::string user;
  std::string password;
  std::string token;
  std::string credentials_file;  ///< `creds`; one that is not in a file is in `jwt` and `seed`.
  std::string nkey_file;         ///< `nkey`; one that is not in a file is in `seed`.
  std::string jwt;               ///< `user_jwt`.
  std::string seed;              ///< `user_seed`.
  std::string certificate_file;  ///< `cert`.
  std::string key_file;          ///< `key`.
  std::string ca_file;           ///< `ca`.
  bool tls_first = false;
  std::string inbox_prefix;
  /// Settings that the file has and that cannot be followed (`socks_proxy`, `nsc`, …).
  std::vector<std::string> unsupported;
};

/// Reads the context `name`; a name that ends in `.json` and exists is read as that file. With an
/// empty name reads the one that NATS_CONTEXT names, else the selected one, else gives defaults.
/// Secrets and files that the context only points to (`env://NAME`, `file://PATH`,
/// `data:;base64,…`, `~` and `$NAME` in paths) are put in their place. NOT_FOUND naming the path,
/// INVALID_ARGUMENT with path and place if the file is not a context. Messages never hold a secret.
absl::StatusOr<Context> load_context(const std::string& name);

/// Names of all contexts on this machine, sorted.
std::vector<std::string> list_contexts();

/// Sets what `context` says on `options`. FAILED_PRECONDITION naming the settings if it needs some
/// that are not supported.
absl::Status apply_context(const Context& context, ConnectOptions& options);

}  // namespace fairlead::nats
