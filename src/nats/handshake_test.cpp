#include "nats/handshake.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/strings.hpp"

namespace fairlead::nats {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::StartsWith;

std::string error(std::string_view info) {
  return std::string(message_of(parse_server_info(info).status()));
}

nlohmann::json connect(const ConnectOptions& options, bool encrypted) {
  ServerInfo info;
  info.headers = true;
  info.nonce = "nonce";
  const auto line = connect_line(info, ServerAddress(), options, encrypted);
  EXPECT_TRUE(line.ok()) << line.status();
  EXPECT_THAT(*line, StartsWith("CONNECT {"));
  EXPECT_THAT(*line, EndsWith("}\r\n"));
  return nlohmann::json::parse(line->substr(8));
}

TEST(ServerInfo, IsRead) {
  const auto info = parse_server_info(
      R"({"server_id":"N1","server_name":"one","version":"2.9.10","host":"0.0.0.0","port":4222,
          "max_payload":1024,"client_id":7,"headers":true,"jetstream":true,"auth_required":true,
          "tls_required":true,"tls_available":true,"ldm":true,"nonce":"x","unknown":[1],
          "connect_urls":["a:1","b:2"],"ip":null} )");
  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_EQ(info->server_name, "one");
  EXPECT_EQ(info->port, 4222);
  EXPECT_EQ(info->max_payload, 1024);
  EXPECT_EQ(info->client_id, 7);
  EXPECT_TRUE(info->headers && info->jetstream && info->auth_required && info->tls_required &&
              info->tls_available && info->lame_duck);
  EXPECT_EQ(info->nonce, "x");
  EXPECT_THAT(info->connect_urls, ElementsAre("a:1", "b:2"));
}

TEST(ServerInfo, TheFieldThatIsWrongIsNamed) {
  EXPECT_EQ(error(""), "INFO is not a JSON object");
  EXPECT_EQ(error("[]"), "INFO is not a JSON object");
  EXPECT_EQ(error(R"({"port":70000})"), "INFO: port is not a smaller number");
  EXPECT_EQ(error(R"({"port":-1})"), "INFO: port is not a whole number from 0");
  EXPECT_EQ(error(R"({"max_payload":1e300})"), "INFO: max_payload is not a whole number from 0");
  EXPECT_EQ(error(R"({"headers":1})"), "INFO: headers is not a boolean");
  EXPECT_EQ(error(R"({"nonce":{}})"), "INFO: nonce is not a string");
  EXPECT_EQ(error(R"({"connect_urls":["a",1]})"), "INFO: connect_urls is not a list of strings");
  EXPECT_EQ(error(std::string(1 << 20, '[')), "INFO nests deeper than 100 levels");
}

TEST(ConnectLine, SaysWhetherItIsEncrypted) {
  EXPECT_FALSE(connect(ConnectOptions(), false)["tls_required"]);
  EXPECT_TRUE(connect(ConnectOptions(), true)["tls_required"]);
}

TEST(ConnectLine, SaysWhoConnectsAndNoMore) {
  const auto nobody = connect(ConnectOptions(), false);
  for (const char* key : {"user", "pass", "auth_token", "jwt", "nkey", "sig"}) {
    EXPECT_FALSE(nobody.contains(key)) << key;
  }
  ConnectOptions options;
  const auto user = connect(options.set_user("ann", "").set_token("t"), false);
  EXPECT_EQ(user["user"], "ann");
  EXPECT_EQ(user["pass"], "");
  EXPECT_EQ(user["auth_token"], "t");
  options = ConnectOptions();
  const auto key = connect(
      options.set_nkey_seed("SUAG66UFSCN2NMN4Y7JN32HT7YERIHZKGVAEWVTBNR3YFDMYUOXLTREBAM"), false);
  EXPECT_EQ(key["nkey"], "UCFKUISUCYDZZNVCRGX2RPL2E32XCTODIRYL4VXBTGQSQFZGTQTINEPN");
  EXPECT_EQ(key["sig"].get<std::string>().size(), 86);
}

}  // namespace
}  // namespace fairlead::nats
