#include "nats/request_numbers.hpp"

#include <set>

#include <gtest/gtest.h>

namespace fairlead::nats {
namespace {

TEST(RequestNumbers, HardlyEverRepeat) {
  RequestNumbers one, other;
  std::set<std::uint32_t> seen;
  for (int i = 0; i < 500; ++i) {
    seen.insert(one.next());
    seen.insert(other.next());
  }
  EXPECT_GE(seen.size(), 998u);  // of 1000 random ones two are the same in 1 run of 8600
}

}  // namespace
}  // namespace fairlead::nats
