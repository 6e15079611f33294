#include "discovery/gzip.hpp"

#include <gtest/gtest.h>

namespace fairlead::discovery {
namespace {

std::string noise(std::size_t size) {
  std::string text;
  unsigned state = 1;
  while (text.size() < size) {
    state = state * 1664525 + 1013904223;
    text.push_back(static_cast<char>(state >> 24));
  }
  return text;
}

TEST(Gzip, UnpacksWhatItPacked) {
  for (const std::string& text :
       {std::string(), std::string("hello"), std::string(300'000, 'x'), noise(100'000)}) {
    const auto again = gunzip(gzip(text));
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(*again, text);
  }
}

TEST(Gzip, RefusesDamagedData) {
  const std::string packed = gzip(noise(1000));
  EXPECT_EQ(gunzip("").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(gunzip("plain text").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(gunzip(packed.substr(0, packed.size() / 2)).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(Gzip, StopsAtTheLimit) {
  const std::string packed = gzip(std::string(1'000'000, 'x'));
  EXPECT_LT(packed.size(), 10'000u);
  EXPECT_EQ(gunzip(packed, 100'000).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(gunzip(packed, 1'000'000).ok());
}

}  // namespace
}  // namespace fairlead::discovery
