#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <absl/status/statusor.h>

#include "fairlead/identity.hpp"
#include "fairlead/middleware.hpp"

namespace fairlead {

/// What a caller shows of itself.
class Credentials {
 public:
  explicit Credentials(const MiddlewareCall& call) : call_(call) {}

  /// The token of the metadata `authorization: Bearer TOKEN`; empty if there is none.
  std::string_view bearer() const;

  /// The user and the account of the caller's NATS connection, as the NATS server tells them
  /// (`Nats-Request-Info`); empty if it does not. It tells them only of calls that come by an
  /// import from another account with `share: true`. Of other calls they may be made up by the
  /// caller, so they are empty unless AuthenticationOptions::set_trust_nats().
  std::string nats_user() const;
  std::string nats_account() const;

  /// For everything else: metadata, method, peer.
  const MiddlewareCall& call() const { return call_; }

 private:
  friend class Authentication;
  std::string nats_field(const char* name) const;

  const MiddlewareCall& call_;
  bool trusts_nats_ = false;
};

/// Finds out who a caller is: an Identity, or why it may not call (UNAUTHENTICATED,
/// PERMISSION_DENIED), which the caller is told. May await; the credentials live until its task
/// ends.
using Authenticate = std::function<Task<absl::StatusOr<Identity>>(const Credentials&)>;

/// How an authentication works.
class AuthenticationOptions {
 public:
  AuthenticationOptions() {}

  /// Asks `authenticate` also about callers that show nothing. Default false: they are
  /// UNAUTHENTICATED.
  AuthenticationOptions& set_anonymous(bool anonymous) {
    anonymous_ = anonymous;
    return *this;
  }
  /// Believes `Nats-Request-Info`. Only for services that are reached from other accounts by an
  /// import with `share: true`, and by nobody else: there the NATS server writes it. Default false.
  AuthenticationOptions& set_trust_nats(bool trust) {
    trust_nats_ = trust;
    return *this;
  }

  bool anonymous() const { return anonymous_; }
  bool trust_nats() const { return trust_nats_; }

 private:
  bool anonymous_ = false;
  bool trust_nats_ = false;
};

/// Lets calls through whose caller `authenticate` knows, with Context::identity(). For services; a
/// client's calls it leaves alone.
std::shared_ptr<Middleware> make_authentication(
    Authenticate authenticate, AuthenticationOptions options = AuthenticationOptions());

}  // namespace fairlead
