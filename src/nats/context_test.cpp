#include "fairlead/nats/context.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <absl/strings/escaping.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/strings.hpp"

namespace fairlead::nats {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// A home of its own for each test, as the `nats` command would find it.
class ContextTest : public ::testing::Test {
 protected:
  ContextTest() {
    std::string pattern = ::testing::TempDir() + "contextXXXXXX";
    home_ = mkdtemp(pattern.data());
    setenv("XDG_CONFIG_HOME", home_.c_str(), 1);
    unsetenv("NATS_CONTEXT");
    std::filesystem::create_directories(home_ / "nats" / "context");
  }
  ~ContextTest() override { std::filesystem::remove_all(home_); }

  void write(const std::string& path, const std::string& text) {
    std::ofstream(home_ / "nats" / path) << text;
  }
  std::string error(const std::string& name) {
    return std::string(message_of(load_context(name).status()));
  }

  std::filesystem::path home_;
};

TEST_F(ContextTest, ReadsWhatTheNatsCommandWrites) {
  write("context/prod.json", R"({
    "description": "Production", "url": "nats://a:4222,nats://b:4222", "socks_proxy": "",
    "token": "", "user": "ann", "password": "secret", "creds": "", "nkey": "", "cert": "",
    "key": "", "ca": "", "nsc": "", "jetstream_domain": "hub", "jetstream_api_prefix": "",
    "jetstream_event_prefix": "", "inbox_prefix": "_INBOX.ann", "user_jwt": "",
    "color_scheme": "blue", "tls_first": false, "windows_ca_certs_match": null})");
  const auto context = load_context("prod");
  ASSERT_TRUE(context.ok()) << context.status();
  EXPECT_EQ(context->name, "prod");
  EXPECT_EQ(context->description, "Production");
  EXPECT_THAT(context->unsupported, IsEmpty());
  ConnectOptions options;
  ASSERT_TRUE(apply_context(*context, options).ok());
  EXPECT_EQ(options.url(), "nats://a:4222,nats://b:4222");
  EXPECT_EQ(options.user(), "ann");
  EXPECT_EQ(options.password(), "secret");
  EXPECT_EQ(options.inbox_prefix(), "_INBOX.ann");
}

TEST_F(ContextTest, EmptyNameMeansTheEnvironmentThenTheSelectedOneThenDefaults) {
  ASSERT_TRUE(load_context("").ok());
  EXPECT_EQ(load_context("")->url, "");
  ConnectOptions options;
  ASSERT_TRUE(apply_context(*load_context(""), options).ok());
  EXPECT_EQ(options.url(), "nats://127.0.0.1:4222");

  write("context/a.json", R"({"url":"a"})");
  write("context/b.json", R"({"url":"b"})");
  write("context.txt", "a\n");
  EXPECT_EQ(load_context("")->url, "a");
  setenv("NATS_CONTEXT", "b", 1);
  EXPECT_EQ(load_context("")->url, "b");
  EXPECT_EQ(load_context("a")->url, "a");
}

TEST_F(ContextTest, FallsBackToDotConfigOfHome) {
  unsetenv("XDG_CONFIG_HOME");
  setenv("HOME", home_.c_str(), 1);
  std::filesystem::create_directories(home_ / ".config");
  std::filesystem::rename(home_ / "nats", home_ / ".config" / "nats");
  std::ofstream(home_ / ".config" / "nats" / "context" / "x.json") << R"({"url":"x"})";
  ASSERT_TRUE(load_context("x").ok());
  EXPECT_EQ(load_context("x")->url, "x");
}

TEST_F(ContextTest, ReadsAFileByItsPath) {
  write("elsewhere.json", R"({"url":"file"})");
  const auto context = load_context((home_ / "nats" / "elsewhere.json").string());
  ASSERT_TRUE(context.ok()) << context.status();
  EXPECT_EQ(context->url, "file");
  EXPECT_EQ(context->name, "elsewhere");
}

TEST_F(ContextTest, MissingNamesThePathAndTheOnesThereAre) {
  write("context/prod.json", "{}");
  write("context/test.json", "{}");
  const auto context = load_context("prdo");
  EXPECT_EQ(context.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(error("prdo"), AllOf(HasSubstr((home_ / "nats" / "context" / "prdo.json").string()),
                                   HasSubstr("there are: prod, test")));
}

TEST_F(ContextTest, RefusesNamesThatLeaveTheFolder) {
  for (const char* name : {"../x", "a/b", "a\\b", "..", "missing/x.json"}) {
    EXPECT_EQ(load_context(name).status().code(), absl::StatusCode::kInvalidArgument) << name;
  }
}

TEST_F(ContextTest, SaysWhereAFileIsWrongAndShowsNoneOfIt) {
  write("context/bad.json", "{\"url\": \"x\",\n \"password\": \"s3cret\" oops}");
  EXPECT_THAT(error("bad"), AllOf(HasSubstr("context/bad.json:2:"), HasSubstr("not valid JSON"),
                                  Not(HasSubstr("s3cret"))));
  write("context/list.json", "[]");
  EXPECT_THAT(error("list"), HasSubstr("a JSON object is needed"));
  write("context/type.json", R"({"url": 4222})");
  EXPECT_THAT(error("type"), HasSubstr("type.json: url is number and should be a string"));
  write("context/empty.json", "");
  EXPECT_THAT(error("empty"), HasSubstr("empty.json:1:1: not valid JSON"));
  write("context/cut.json", "{\"token\": \"s3cret");
  EXPECT_THAT(error("cut"), AllOf(HasSubstr("cut.json:1:"), Not(HasSubstr("s3cret"))));
}

TEST_F(ContextTest, NamesTheSettingsItCannotFollow) {
  write("context/odd.json",
        R"({"nsc":"nsc://o/a/u","socks_proxy":"x","user":"u","password":"op://vault/item"})");
  const auto context = load_context("odd");
  ASSERT_TRUE(context.ok()) << context.status();
  EXPECT_THAT(context->unsupported,
              ElementsAre("nsc", "socks_proxy", "password (kept in another program)"));
  ConnectOptions options;
  const absl::Status status = apply_context(*context, options);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(message_of(status)),
              AllOf(HasSubstr("odd"), HasSubstr("nsc, socks_proxy"), Not(HasSubstr("vault"))));
}

TEST_F(ContextTest, SetsKeysAndCertificates) {
  setenv("HOME", "/people/ann", 1);
  setenv("FAIRLEAD_TEST_FOLDER", "/keys", 1);
  write("context/tls.json",
        R"({"creds":"~/a.creds","tls_first":true,"ca":"$FAIRLEAD_TEST_FOLDER/ca.pem",
            "cert":"file:///c.pem","key":"${FAIRLEAD_TEST_FOLDER}/k.pem"})");
  ConnectOptions options;
  ASSERT_TRUE(apply_context(load_context("tls").value(), options).ok());
  EXPECT_EQ(options.credentials_file(), "/people/ann/a.creds");
  ASSERT_TRUE(options.tls());
  EXPECT_TRUE(options.tls()->first());
  EXPECT_EQ(options.tls()->ca_file(), "/keys/ca.pem");
  EXPECT_EQ(options.tls()->certificate_file(), "/c.pem");
  EXPECT_EQ(options.tls()->key_file(), "/keys/k.pem");

  write("context/nkey.json", R"({"nkey":"/n.nk"})");
  options = ConnectOptions();
  ASSERT_TRUE(apply_context(load_context("nkey").value(), options).ok());
  EXPECT_EQ(options.nkey_file(), "/n.nk");
  EXPECT_FALSE(options.tls());

  write("context/jwt.json", R"({"user_jwt":"a.b.c","user_seed":"SU"})");
  options = ConnectOptions();
  ASSERT_TRUE(apply_context(load_context("jwt").value(), options).ok());
  EXPECT_EQ(options.jwt(), "a.b.c");
  EXPECT_EQ(options.seed(), "SU");
}

TEST_F(ContextTest, TakesCredentialsThatAreNotInAFile) {
  const std::string seed = "SUAG66UFSCN2NMN4Y7JN32HT7YERIHZKGVAEWVTBNR3YFDMYUOXLTREBAM";
  const std::string jwt = "e30.e30.e30";
  const std::string text =
      concat("---JWT---\n", jwt, "\n---END---\n---SEED---\n", seed, "\n---END---\n");
  setenv("FAIRLEAD_TEST_CREDS", text.c_str(), 1);
  write("context/env.json", R"({"creds":"env://FAIRLEAD_TEST_CREDS"})");
  EXPECT_EQ(load_context("env")->jwt, jwt);
  EXPECT_EQ(load_context("env")->seed, seed);
  EXPECT_EQ(load_context("env")->credentials_file, "");
  write("context/data.json",
        concat(R"({"nkey":"data:;base64,)", absl::Base64Escape(seed + "\n"), "\"}"));
  EXPECT_EQ(load_context("data")->seed, seed);
  EXPECT_EQ(load_context("data")->nkey_file, "");

  setenv("FAIRLEAD_TEST_CREDS", seed.c_str(), 1);
  EXPECT_THAT(error("env"), AllOf(HasSubstr("env.json: creds: the credentials: no block"),
                                  Not(HasSubstr("SUAG"))));
}

TEST_F(ContextTest, RefusesWhatContradictsItself) {
  write("context/two.json", R"({"user":"u","creds":"/c"})");
  EXPECT_THAT(error("two"), HasSubstr("two.json: user, creds: only one of these may say who"));
  write("context/seed.json", R"({"user_seed":"SU"})");
  EXPECT_THAT(error("seed"), HasSubstr("user_seed is given without user_jwt"));
  write("context/cert.json", R"({"cert":"/c"})");
  EXPECT_THAT(error("cert"), HasSubstr("cert and key need each other"));
  write("context/ca.json", R"({"ca":"env://CA"})");
  EXPECT_THAT(error("ca"), HasSubstr("ca.json: ca: must be a file"));
  write("context/first.json", R"({"tls_first":"yes"})");
  EXPECT_THAT(error("first"), HasSubstr("tls_first is string and should be a boolean"));
  write("context/path.json", R"({"creds":"$FAIRLEAD_TEST_UNSET/x"})");
  EXPECT_THAT(error("path"), HasSubstr("creds: environment variable FAIRLEAD_TEST_UNSET is not"));
  write("context/huge.json", "{\"a\": 1e999}");
  EXPECT_THAT(error("huge"), HasSubstr("huge.json: a number in it is too large"));
  write("context/deep.json", std::string(200, '['));
  EXPECT_THAT(error("deep"), HasSubstr("nests deeper than"));
}

TEST_F(ContextTest, FetchesSecretsFromWhereTheyAre) {
  setenv("FAIRLEAD_TEST_SECRET", "from environment", 1);
  write("secret", "from file\n");
  write("context/env.json", R"({"token":"env://FAIRLEAD_TEST_SECRET"})");
  write("context/file.json",
        concat(R"({"user":"u","password":"file://)", (home_ / "nats" / "secret").string(), "\"}"));
  write("context/data.json", R"({"token":"data:;base64,aGVsbG8="})");
  write("context/unset.json", R"({"token":"env://FAIRLEAD_TEST_UNSET"})");
  write("context/literal.json", R"({"token":"odd://literal"})");
  EXPECT_EQ(load_context("env")->token, "from environment");
  EXPECT_EQ(load_context("file")->password, "from file");
  EXPECT_EQ(load_context("data")->token, "hello");
  EXPECT_EQ(load_context("literal")->token, "odd://literal");
  EXPECT_THAT(error("unset"), HasSubstr("FAIRLEAD_TEST_UNSET is not set"));
}

TEST_F(ContextTest, ListsNamesSorted) {
  write("context/b.json", "{}");
  write("context/a.json", "{}");
  write("context/empty.json", "");
  write("context/readme.txt", "x");
  EXPECT_THAT(list_contexts(), ElementsAre("a", "b"));
  std::filesystem::remove_all(home_ / "nats");
  EXPECT_THAT(list_contexts(), IsEmpty());
}

}  // namespace
}  // namespace fairlead::nats
