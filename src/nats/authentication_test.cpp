#include "nats/authentication.hpp"

#include <filesystem>
#include <fstream>

#include <absl/strings/escaping.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/strings.hpp"

namespace fairlead::nats {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kSeed = "SUAG66UFSCN2NMN4Y7JN32HT7YERIHZKGVAEWVTBNR3YFDMYUOXLTREBAM";
constexpr const char* kPublic = "UCFKUISUCYDZZNVCRGX2RPL2E32XCTODIRYL4VXBTGQSQFZGTQTINEPN";
constexpr const char* kSignature =
    "GWZ6-dVgCZekoptjS9Z2UqJXgC7yy_yMd70cOJMf0Mxt3yhfXNEi6Vwcu92jGl4Vq6_vSIQ9DxQt1E-0aCH8Bg";

std::string jwt_of(const std::string& claims) {
  return concat("e30.", absl::WebSafeBase64Escape(claims), ".c2ln");
}

class AuthenticationTest : public ::testing::Test {
 protected:
  AuthenticationTest() {
    std::string pattern = ::testing::TempDir() + "authenticationXXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~AuthenticationTest() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ + "/" + name) << text;
    return folder_ + "/" + name;
  }
  std::string write_credentials(const std::string& jwt) {
    return write("x.creds",
                 concat("---JWT---\n", jwt, "\n---END---\n---SEED---\n", kSeed, "\n---END---\n"));
  }

  Authentication given(std::string_view nonce = "nonce") {
    const auto result = authenticate(options_, server_, nonce);
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? *result : Authentication();
  }
  std::string error(std::string_view nonce = "nonce") {
    const auto result = authenticate(options_, server_, nonce);
    EXPECT_EQ(result.status().code(), absl::StatusCode::kUnauthenticated);
    EXPECT_THAT(std::string(message_of(result.status())), Not(HasSubstr("G66UF")));
    return std::string(message_of(result.status()));
  }

  std::string folder_;
  ConnectOptions options_;
  ServerAddress server_;
  const std::string jwt_ = jwt_of(concat("{\"sub\":\"", kPublic, "\"}"));
};

TEST_F(AuthenticationTest, NothingIsSaidWhereNothingIsSet) {
  const Authentication none = given("");
  EXPECT_EQ(concat(none.user, none.password, none.token, none.jwt, none.nkey, none.signature), "");
}

TEST_F(AuthenticationTest, CredentialsOfTheUrlStandAlone) {
  options_.set_user("bob", "pw").set_token("token").set_nkey_file("/nowhere");
  server_.token = "t";
  EXPECT_EQ(given().token, "t");
  EXPECT_EQ(given().user, "");
  server_ = ServerAddress();
  server_.user = "ann";
  server_.password = "secret";
  EXPECT_EQ(given().user, "ann");
  EXPECT_EQ(given().password, "secret");
  EXPECT_EQ(given().token, "");
}

TEST_F(AuthenticationTest, TheFirstWayThatIsSetHolds) {
  options_.set_token("token").set_jwt(jwt_of("{\"nats\":{\"bearer_token\":true}}"));
  EXPECT_EQ(given().jwt, options_.jwt());
  EXPECT_EQ(given().signature, "");
  options_.set_nkey_file(write("key", kSeed));
  EXPECT_EQ(given().nkey, kPublic);
  EXPECT_EQ(given().jwt, "");
  options_.set_credentials_file(write_credentials(jwt_));
  EXPECT_EQ(given().jwt, jwt_);
  EXPECT_EQ(given().nkey, "");
  options_.set_user("bob", "pw");
  EXPECT_EQ(given().user, "bob");
  EXPECT_EQ(given().jwt, "");
  EXPECT_EQ(given().token, "token");  // beside any of them
}

TEST_F(AuthenticationTest, KeysSignTheNonce) {
  options_.set_nkey_file(write("key", kSeed));
  EXPECT_EQ(given().signature, kSignature);
  options_ = ConnectOptions();
  options_.set_nkey_seed(kSeed);
  EXPECT_EQ(given().nkey, kPublic);
  EXPECT_EQ(given().signature, kSignature);
  options_.set_jwt(jwt_, kSeed);
  EXPECT_EQ(given().nkey, "");
  EXPECT_EQ(given().signature, kSignature);
}

TEST_F(AuthenticationTest, FilesAreReadEachTime) {
  options_.set_credentials_file(folder_ + "/x.creds");
  EXPECT_EQ(error(), folder_ + "/x.creds: No such file or directory");
  write_credentials(jwt_);
  EXPECT_EQ(given().jwt, jwt_);
  const std::string other = jwt_of("{}");
  write_credentials(other);
  EXPECT_EQ(given().jwt, other);
}

TEST_F(AuthenticationTest, AServerWithoutNonceIsToldApart) {
  options_.set_nkey_seed(kSeed);
  EXPECT_THAT(error(""), HasSubstr("NKey: the server asks for no signature"));
  options_.set_credentials_file(write_credentials(jwt_));
  EXPECT_THAT(error(""), HasSubstr("x.creds: the server asks for no signature"));
}

TEST_F(AuthenticationTest, AJwtThatCannotDoSaysWhy) {
  options_.set_jwt(jwt_of("{\"exp\":1700000000}"), kSeed);
  EXPECT_EQ(error(),
            "user JWT: the JWT expired at 2023-11-14T22:13:20Z by this machine's clock; get new "
            "credentials");
  options_.set_jwt(jwt_of("{\"sub\":\"UABC\"}"), kSeed);
  EXPECT_EQ(error(), concat("user JWT: the seed is not that of the JWT: it belongs to ", kPublic,
                            ", the JWT to UABC"));
  options_.set_jwt(jwt_);
  EXPECT_EQ(error(), "user JWT: the JWT is not a bearer token, so its seed is needed too");
  options_.set_jwt("hunter2");
  EXPECT_EQ(error(), "user JWT: not a JWT: three parts with dots between them are expected");
  options_.set_jwt(jwt_, "SUAG66UF");
  EXPECT_EQ(error(), "user JWT: not an NKey seed: it has 8 characters instead of 58");
}

}  // namespace
}  // namespace fairlead::nats
