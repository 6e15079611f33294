#include "nats/access.hpp"

#include <map>

#include <gtest/gtest.h>

#include "core/strings.hpp"

namespace fairlead::nats {
namespace {

TEST(Access, IsThatOfTheNatsCommandsVariables) {
  const std::map<std::string, std::string> variables = {{"NATS_CREDS", "a"},
                                                        {"NATS_NKEY", "b"},
                                                        {"NATS_CA", "c"},
                                                        {"NATS_CERT", "d"},
                                                        {"NATS_KEY", "e"}};
  const Access access = nats_access([&](const char* name) { return variables.at(name); });
  EXPECT_EQ(access.creds + access.nkey + access.tls_ca + access.tls_cert + access.tls_key, "abcde");
}

TEST(Access, IsCompletedInWholeThings) {
  Access others;
  others.creds = "other.creds";
  others.tls_cert = "other.crt";
  others.tls_key = "other.key";
  others.tls_ca = "other.ca";
  Access access;
  access.nkey = "own.nk";
  access.tls_cert = "own.crt";
  complete(access, others);
  EXPECT_EQ(access.creds, "");
  EXPECT_EQ(access.nkey, "own.nk");
  EXPECT_EQ(access.tls_cert, "own.crt");
  EXPECT_EQ(access.tls_key, "");
  EXPECT_EQ(access.tls_ca, "other.ca");
}

TEST(Access, TakesThePlaceOfWhatTheContextSaid) {
  ConnectOptions options;
  options.set_user("ann", "pw").set_jwt("a.b.c", "SU").set_tls(TlsOptions().set_ca_file("old"));
  Access access;
  access.creds = "x.creds";
  access.tls_first = true;
  ASSERT_TRUE(apply_access(access, options).ok());
  EXPECT_EQ(options.user() + options.password() + options.jwt() + options.seed(), "");
  EXPECT_EQ(options.credentials_file(), "x.creds");
  EXPECT_EQ(options.tls()->ca_file(), "old");
  EXPECT_TRUE(options.tls()->first());
}

TEST(Access, SaysNothingOfWhatIsNotGiven) {
  ConnectOptions options;
  options.set_user("ann", "pw");
  ASSERT_TRUE(apply_access(Access(), options).ok());
  EXPECT_EQ(options.user(), "ann");
  EXPECT_FALSE(options.tls());
}

TEST(Access, RefusesWhatCannotBeTogether) {
  ConnectOptions options;
  Access access;
  access.creds = "a";
  access.nkey = "b";
  EXPECT_EQ(message_of(apply_access(access, options)),
            "creds and nkey both say who connects; give one of them");
  access = Access();
  access.tls_key = "k";
  EXPECT_EQ(message_of(apply_access(access, options)),
            "tls-cert and tls-key need each other, and one of them is not given");
  access = Access();
  access.tls_ca = "$FAIRLEAD_TEST_UNSET";
  EXPECT_EQ(message_of(apply_access(access, options)),
            "tls-ca: environment variable FAIRLEAD_TEST_UNSET is not set");
}

}  // namespace
}  // namespace fairlead::nats
