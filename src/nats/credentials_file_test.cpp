#include "nats/credentials_file.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/strings.hpp"

namespace fairlead::nats {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kJwt = "eyJ0eXAiOiJKV1QifQ.eyJzdWIiOiJVIn0.c2ln";
constexpr const char* kSeed = "SUAG66UFSCN2NMN4Y7JN32HT7YERIHZKGVAEWVTBNR3YFDMYUOXLTREBAM";

// As nsc writes it, odd dashes and all.
std::string file_of(const std::string& jwt, const std::string& seed) {
  return concat("-----BEGIN NATS USER JWT-----\n", jwt, "\n------END NATS USER JWT------\n\n",
                "************************* IMPORTANT *************************\n",
                "NKEY Seed printed below can be used to sign and prove identity.\n\n",
                "-----BEGIN USER NKEY SEED-----\n", seed, "\n------END USER NKEY SEED------\n\n",
                "*************************************************************\n");
}

std::string error(const std::string& text) {
  return std::string(message_of(parse_credentials(text, "x.creds").status()));
}

/// A file with this content, gone with the test.
class File {
 public:
  explicit File(const std::string& content) {
    std::string pattern = ::testing::TempDir() + "credentialsXXXXXX";
    folder_ = mkdtemp(pattern.data());
    std::ofstream(path()) << content;
  }
  ~File() { std::filesystem::remove_all(folder_); }
  std::string path() const { return folder_ + "/file"; }

 private:
  std::string folder_;
};

TEST(Credentials, AreReadAsNscWritesThem) {
  const auto credentials = parse_credentials(file_of(kJwt, kSeed), "x.creds");
  ASSERT_TRUE(credentials.ok()) << credentials.status();
  EXPECT_EQ(credentials->jwt, kJwt);
  EXPECT_EQ(credentials->seed.view(), kSeed);
}

TEST(Credentials, LineEndsAndBlanksDoNotCount) {
  const auto credentials =
      parse_credentials(concat("---BEGIN JWT---\r\n\r\n  ", kJwt, "\r\n---END---\r\n",
                               "   --- SEED ---\r\n", kSeed, " \r\n-----END-----"),
                        "x.creds");
  ASSERT_TRUE(credentials.ok()) << credentials.status();
  EXPECT_EQ(credentials->jwt, kJwt);
  EXPECT_EQ(credentials->seed.view(), kSeed);
}

TEST(Credentials, NameTheLineThatIsWrong) {
  EXPECT_THAT(error(""), HasSubstr("x.creds: no block with a JWT is in it"));
  EXPECT_THAT(error(concat("---JWT---\n", kJwt, "\n---END---\n")),
              HasSubstr("x.creds: no block with a SEED is in it"));
  EXPECT_EQ(error(concat("\n---JWT---\n", kJwt, "\n")),
            "x.creds:2: the block that begins here has no end");
  EXPECT_EQ(error("---JWT---\n---END---\n"), "x.creds:2: the block ends before it says anything");
  EXPECT_EQ(error(concat("---JWT---\n", kJwt, "\n", kJwt, "\n---END---\n")),
            "x.creds:3: a block has one line, this is a second");
  EXPECT_EQ(error(file_of(kJwt, kSeed) + file_of(kJwt, kSeed)),
            "x.creds:14: a second JWT; the first is in line 2");
  EXPECT_THAT(error(file_of("eyJ0", kSeed)), HasSubstr("x.creds:2: not a JWT: three parts"));
  EXPECT_THAT(error(file_of("a.b!.c", kSeed)), HasSubstr("x.creds:2: not a JWT: a part is not"));
  EXPECT_THAT(error(file_of("e30.W10.e30", kSeed)), HasSubstr("x.creds:2: not a JWT: its claims"));
  EXPECT_THAT(error(file_of(kJwt, "SUAG")), HasSubstr("x.creds:9: not an NKey seed: it has 4"));
}

TEST(Credentials, ErrorsShowNothingOfTheFile) {
  const std::string whole = file_of(kJwt, kSeed);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] = changed[i] == '-' ? 'A' : '-';
    for (const std::string& text : {changed, whole.substr(0, i)}) {
      EXPECT_THAT(error(text), AllOf(Not(HasSubstr("eyJ")), Not(HasSubstr("G66UF")))) << i;
    }
  }
}

TEST(Credentials, AFileThatCannotBeReadIsNamed) {
  const auto missing = read_credentials("/nowhere/x.creds");
  EXPECT_EQ(missing.status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(message_of(missing.status()), "/nowhere/x.creds: No such file or directory");
  EXPECT_EQ(message_of(read_credentials("/").status()), "/: Is a directory");
  EXPECT_THAT(std::string(message_of(read_credentials("/dev/zero").status())),
              HasSubstr("/dev/zero: it has more than"));
}

TEST(Credentials, WhatIsGivenInPlaceOfAPathIsNotShown) {
  for (const std::string& secret : {std::string(kSeed), std::string(kJwt), file_of(kJwt, kSeed),
                                    concat(kSeed, "\n"), std::string(kSeed).substr(0, 40)}) {
    for (const absl::Status& status :
         {read_seed(secret).status(), read_credentials(secret).status()}) {
      EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
      EXPECT_THAT(std::string(message_of(status)), HasSubstr("the path of a file is expected"));
    }
  }
  EXPECT_EQ(message_of(read_seed("SEEDS").status()), "SEEDS: No such file or directory");
}

TEST(Seed, StandsAloneOrInItsBlock) {
  EXPECT_EQ(read_seed(File(concat(kSeed, "\n")).path())->view(), kSeed);
  EXPECT_EQ(read_seed(File(file_of(kJwt, kSeed)).path())->view(), kSeed);
  const File wrong(concat("\n\n", "SU", kSeed));
  EXPECT_EQ(message_of(read_seed(wrong.path()).status()),
            concat(wrong.path(), ":3: not an NKey seed: it has 60 characters instead of 58"));
  const File empty("\n");
  EXPECT_THAT(std::string(message_of(read_seed(empty.path()).status())), HasSubstr("it is empty"));
}

}  // namespace
}  // namespace fairlead::nats
