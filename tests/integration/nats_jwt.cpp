#include "tests/integration/nats_jwt.hpp"

#include <absl/strings/escaping.h>
#include <nlohmann/json.hpp>

#include "core/strings.hpp"
#include "nats/nkey.hpp"

namespace fairlead::testing {
namespace {

using Json = nlohmann::ordered_json;

/// `claims` as a JWT of `subject`, issued and signed by `signer`.
std::string sign(Json claims, const NatsKey& subject, const NatsKey& signer, nats::NKeyKind kind) {
  claims["jti"] = "test";
  claims["iat"] = 1'700'000'000;
  claims["iss"] = signer.public_key;
  claims["sub"] = subject.public_key;
  claims["nats"]["version"] = 2;
  const std::string head = R"({"typ":"JWT","alg":"ed25519-nkey"})";
  const std::string signed_part =
      concat(absl::WebSafeBase64Escape(head), ".", absl::WebSafeBase64Escape(claims.dump()));
  const auto key = nats::NKey::from_seed(signer.seed, kind).value();
  return concat(signed_part, ".", absl::WebSafeBase64Escape(key.sign(signed_part).value()));
}

std::string operator_jwt() {
  Json claims = {{"name", "operator"}};
  claims["nats"]["type"] = "operator";
  return sign(claims, operator_key(), operator_key(), nats::NKeyKind::kOperator);
}

std::string account_jwt() {
  Json claims = {{"name", "account"}};
  Json& limits = claims["nats"]["limits"];
  for (const char* key : {"subs", "data", "payload", "imports", "exports", "conn", "leaf"}) {
    limits[key] = -1;
  }
  limits["wildcards"] = true;
  claims["nats"]["type"] = "account";
  return sign(claims, account_key(), operator_key(), nats::NKeyKind::kOperator);
}

}  // namespace

NatsKey operator_key() {
  return {"SOACKMB3IZIVYZ3SPWEJHHVJWS74VVPA5P3ACDAXEIWTQQ2OLFSG66XLIM",
          "OCU6SRCBNBG7F6CMMZCNRNTHEWLWR5VIAK2D4GE7NYB4FMHBJL3STXBD"};
}

NatsKey account_key() {
  return {"SAAEUVLANN3IDDEXUKW3RQ6O3HSO76QFCANSMMJ4I5JF22DTP2EZJHZBNA",
          "ACFGNGZ6IFZBL6MMBM7XXWZ2D4V47JR3WYRWJ7TQOGNIOHKS6RCF4N4Y"};
}

NatsKey user_key() {
  return {"SUAG66UFSCN2NMN4Y7JN32HT7YERIHZKGVAEWVTBNR3YFDMYUOXLTREBAM",
          "UCFKUISUCYDZZNVCRGX2RPL2E32XCTODIRYL4VXBTGQSQFZGTQTINEPN"};
}

NatsKey other_user_key() {
  return {"SUAJJH5KWXAMXVXB5T3QEDIYEMXDSRCPLJSXA64GSGOKPMV5ZDJ552J6MM",
          "UCC64KNKOS6QCQ7XR7HESCMIAGW2JLR2GKRAZWW6D56NGIONKUSLQCSG"};
}

std::string user_jwt(const UserClaims& user) {
  Json claims = {{"name", user.name}};
  if (user.expires != 0) claims["exp"] = user.expires;
  Json& nats = claims["nats"];
  nats = {{"type", "user"}, {"pub", Json::object()}, {"sub", Json::object()}, {"subs", -1},
          {"data", -1},     {"payload", -1}};
  if (user.bearer) nats["bearer_token"] = true;
  const bool by_account = user.signer.public_key == account_key().public_key;
  return sign(claims, user.user, user.signer,
              by_account ? nats::NKeyKind::kAccount : nats::NKeyKind::kOperator);
}

std::string credentials_text(const std::string& jwt, const std::string& seed) {
  return concat("-----BEGIN NATS USER JWT-----\n", jwt, "\n------END NATS USER JWT------\n\n",
                "************************* IMPORTANT *************************\n",
                "NKEY Seed printed below can be used to sign and prove identity.\n\n",
                "-----BEGIN USER NKEY SEED-----\n", seed, "\n------END USER NKEY SEED------\n");
}

std::string operator_mode_config() {
  return concat("operator: \"", operator_jwt(), "\"\nresolver: MEMORY\nresolver_preload: {\n  ",
                account_key().public_key, ": \"", account_jwt(), "\"\n}\n");
}

}  // namespace fairlead::testing
