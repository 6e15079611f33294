#include "core/byte_buffer.hpp"

#include <string>

#include <gtest/gtest.h>

namespace fairlead {
namespace {

TEST(ByteBuffer, KeepsBytesInOrderWhileGrowingAndConsuming) {
  ByteBuffer buffer;
  std::string expected;
  for (int round = 0; round < 500; ++round) {
    const std::string piece(static_cast<std::size_t>(round % 97),
                            static_cast<char>('a' + round % 26));
    buffer.append(piece);
    expected += piece;
    const std::size_t eaten = std::min<std::size_t>(expected.size(), round % 41);
    buffer.consume(eaten);
    expected.erase(0, eaten);
    ASSERT_EQ(buffer.view(), expected);
  }
}

TEST(ByteBuffer, ShrinksOnlyWhenEmpty) {
  ByteBuffer buffer;
  buffer.append(std::string(100'000, 'x'));
  buffer.shrink(4096);
  EXPECT_EQ(buffer.size(), 100'000u);
  buffer.consume(100'000);
  buffer.shrink(4096);
  EXPECT_EQ(buffer.capacity(), 0u);
}

}  // namespace
}  // namespace fairlead
