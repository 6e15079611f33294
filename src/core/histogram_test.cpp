#include "core/histogram.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace fairlead {
namespace {

TEST(Histogram, EmptyAndSmallValuesAreExact) {
  Histogram histogram;
  EXPECT_EQ(histogram.quantile(0.5), 0u);
  for (std::uint64_t value = 1; value <= 10; ++value) histogram.record(value);
  EXPECT_EQ(histogram.quantile(0.5), 5u);
  EXPECT_EQ(histogram.quantile(0.9), 9u);
  EXPECT_EQ(histogram.quantile(1.0), 10u);
  EXPECT_EQ(histogram.max(), 10u);
}

TEST(Histogram, QuantilesAreWithinASixteenth) {
  std::mt19937_64 random(3);
  Histogram histogram;
  std::vector<std::uint64_t> values;
  for (int i = 0; i < 20'000; ++i) {
    values.push_back(random() >> (random() % 60));
    histogram.record(values.back());
  }
  std::sort(values.begin(), values.end());
  for (const double quantile : {0.01, 0.25, 0.5, 0.9, 0.99, 0.999}) {
    const auto exact = values[static_cast<std::size_t>(quantile * 20'000) - 1];
    const std::uint64_t found = histogram.quantile(quantile);
    EXPECT_GE(found, exact);
    EXPECT_LE(found - exact, exact / 16 + 1);
  }
}

TEST(Histogram, ExtremesAndSums) {
  Histogram a, b;
  a.record(0);
  b.record(UINT64_MAX);
  a.add(b);
  EXPECT_EQ(a.count(), 2u);
  EXPECT_EQ(a.quantile(1.0), UINT64_MAX);
  EXPECT_EQ(a.quantile(0.5), 0u);
}

}  // namespace
}  // namespace fairlead
