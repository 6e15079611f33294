#include "fairlead/middleware/authentication.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/json_depth.hpp"
#include "core/strings.hpp"

namespace fairlead {

std::string_view Credentials::bearer() const {
  constexpr std::string_view kScheme = "Bearer ";
  const std::string_view value = call_.metadata().get("authorization").value_or("");
  if (!starts_with_ignore_case(value, kScheme)) return "";
  return value.substr(std::min(value.find_first_not_of(' ', kScheme.size()), value.size()));
}

std::string Credentials::nats_user() const {
  return nats_field("user");
}

std::string Credentials::nats_account() const {
  return nats_field("acc");
}

std::string Credentials::nats_field(const char* name) const {
  if (!trusts_nats_) return "";
  const auto text = call_.metadata().get("nats-request-info");
  if (!text || nests_deeper_than(*text, kMaxJsonDepth)) return "";
  const auto info = nlohmann::json::parse(*text, nullptr, false);
  if (!info.is_object()) return "";
  const auto field = info.find(name);
  return field != info.end() && field->is_string() ? field->get<std::string>() : std::string();
}

class Authentication final : public Middleware {
 public:
  Authentication(Authenticate authenticate, const AuthenticationOptions& options)
      : authenticate_(std::move(authenticate)), options_(options) {}

  Task<absl::Status> handle(MiddlewareCall& call, Next next) override {
    if (call.side() == CallSide::kService) {
      Credentials credentials(call);
      credentials.trusts_nats_ = options_.trust_nats();
      if (!options_.anonymous() && shows_nothing(credentials)) {
        co_return absl::UnauthenticatedError(
            "who calls is not known; send the metadata authorization: Bearer TOKEN");
      }
      auto identity = co_await authenticate_(credentials);
      if (!identity.ok()) co_return identity.status();
      call.set_identity(*std::move(identity));
    }
    absl::Status status = co_await next();
    co_return status;
  }

 private:
  static bool shows_nothing(const Credentials& credentials) {
    return credentials.bearer().empty() && credentials.nats_user().empty();
  }

  const Authenticate authenticate_;
  const AuthenticationOptions options_;
};

std::shared_ptr<Middleware> make_authentication(Authenticate authenticate,
                                                AuthenticationOptions options) {
  return std::make_shared<Authentication>(std::move(authenticate), options);
}

}  // namespace fairlead
