#pragma once

#include <functional>
#include <string>

#include <absl/status/status.h>

#include "fairlead/nats/connect_options.hpp"

namespace fairlead::nats {

/// Files that let a program in, as its flags or environment name them.
struct Access {
  std::string creds;
  std::string nkey;
  std::string tls_ca;
  std::string tls_cert;
  std::string tls_key;
  bool tls_first = false;
};

/// What the variables of the `nats` command say: NATS_CREDS, NATS_NKEY, NATS_CA, NATS_CERT and
/// NATS_KEY. `variable` gives the value of one, empty if it is not set.
Access nats_access(const std::function<std::string(const char* name)>& variable);

/// Takes from `others` what `access` does not say: who connects as one thing, certificate and key
/// as one thing.
void complete(Access& access, const Access& others);

/// Sets what `access` says on `options`, in place of what they had from a context.
/// INVALID_ARGUMENT for files that exclude or need each other, and for paths with unset variables.
absl::Status apply_access(const Access& access, ConnectOptions& options);

}  // namespace fairlead::nats
