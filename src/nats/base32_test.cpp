#include "nats/base32.hpp"

#include <gtest/gtest.h>

namespace fairlead::nats {
namespace {

// The examples of RFC 4648, section 10, without their padding.
TEST(Base32, IsThatOfTheRfc) {
  const std::pair<const char*, const char*> examples[] = {{"", ""},
                                                          {"f", "MY"},
                                                          {"fo", "MZXQ"},
                                                          {"foo", "MZXW6"},
                                                          {"foob", "MZXW6YQ"},
                                                          {"fooba", "MZXW6YTB"},
                                                          {"foobar", "MZXW6YTBOI"}};
  for (const auto& [bytes, text] : examples) {
    EXPECT_EQ(encode_base32(bytes), text);
    EXPECT_EQ(decode_base32(text), bytes);
  }
}

TEST(Base32, RefusesWhatNoBytesAre) {
  for (const char* text : {"M", "MY=", "my", "M1", "M Y", "MZ", "MZX"}) {
    EXPECT_EQ(decode_base32(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace fairlead::nats
