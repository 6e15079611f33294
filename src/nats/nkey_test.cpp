#include "nats/nkey.hpp"

#include <absl/strings/escaping.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/strings.hpp"

namespace fairlead::nats {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kSeed = "SUAG66UFSCN2NMN4Y7JN32HT7YERIHZKGVAEWVTBNR3YFDMYUOXLTREBAM";

std::string error(std::string_view seed) {
  return std::string(message_of(NKey::from_seed(seed).status()));
}

// Key and signature were made with another implementation.
TEST(NKey, HasThePublicKeyAndTheSignatureOfItsSeed) {
  const auto key = NKey::from_seed(kSeed);
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(key->public_key(), "UCFKUISUCYDZZNVCRGX2RPL2E32XCTODIRYL4VXBTGQSQFZGTQTINEPN");
  EXPECT_EQ(absl::WebSafeBase64Escape(key->sign("nonce").value()),
            "GWZ6-dVgCZekoptjS9Z2UqJXgC7yy_yMd70cOJMf0Mxt3yhfXNEi6Vwcu92jGl4Vq6_vSIQ9DxQt1E-0aCH8"
            "Bg");
}

TEST(NKey, IsOfTheKindThatIsAskedFor) {
  const auto account = NKey::from_seed("SAAEUVLANN3IDDEXUKW3RQ6O3HSO76QFCANSMMJ4I5JF22DTP2EZJHZBNA",
                                       NKeyKind::kAccount);
  ASSERT_TRUE(account.ok()) << account.status();
  EXPECT_EQ(account->public_key(), "ACFGNGZ6IFZBL6MMBM7XXWZ2D4V47JR3WYRWJ7TQOGNIOHKS6RCF4N4Y");
  EXPECT_EQ(error("SAAEUVLANN3IDDEXUKW3RQ6O3HSO76QFCANSMMJ4I5JF22DTP2EZJHZBNA"),
            "not an NKey seed: it belongs to an account; that of a user is needed");
}

TEST(NKey, SaysWhatIsWrongWithASeed) {
  EXPECT_EQ(error(""), "not an NKey seed: it is empty");
  EXPECT_EQ(error("SUAG66"), "not an NKey seed: it has 6 characters instead of 58");
  EXPECT_EQ(error("UCFKUISUCYDZZNVCRGX2RPL2E32XCTODIRYL4VXBTGQSQFZGTQTINEPN"),
            "not an NKey seed: this may be a public key; the private one is needed, which starts "
            "with S");
  std::string seed = kSeed;
  seed[10] = 'b';
  EXPECT_EQ(error(seed), "not an NKey seed: it has characters other than A to Z and 2 to 7");
  seed[10] = seed[11];
  EXPECT_EQ(error(seed), "not an NKey seed: its checksum is wrong: a character was changed");
  // Right checksum, wrong prefix.
  EXPECT_EQ(error("PAAAAAICAMCAKBQHBAEQUCYMBUHA6EARCIJRIFIWC4MBSGQ3DQOR4HY53M"),
            "not an NKey seed: it does not start with S");
}

TEST(NKey, EveryChangedCharacterIsFoundAndNothingOfTheSeedIsShown) {
  for (std::size_t i = 0; i < 58; ++i) {
    std::string seed = kSeed;
    seed[i] = seed[i] == 'A' ? 'B' : 'A';
    if (seed == kSeed) continue;
    EXPECT_THAT(error(seed), AllOf(HasSubstr("not an NKey seed"), Not(HasSubstr("G66UF")))) << i;
  }
}

}  // namespace
}  // namespace fairlead::nats
