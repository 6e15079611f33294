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

TEST(Histogram, CountsUpToBoundsAreWithinASixteenth) {
  Histogram histogram;
  for (std::uint64_t value = 1; value <= 100'000; ++value) histogram.record(value);
  const std::vector<std::uint64_t> bounds = {0, 15, 1000, 50'000, 50'001, 99'999, UINT64_MAX};
  const std::vector<std::uint64_t> counts = histogram.counts_up_to(bounds);
  ASSERT_EQ(counts.size(), bounds.size());
  EXPECT_EQ(counts.front(), 0u);
  EXPECT_EQ(counts[1], 15u);
  EXPECT_EQ(counts.back(), 100'000u);
  for (std::size_t i = 1; i + 1 < bounds.size(); ++i) {
    EXPECT_GE(counts[i], counts[i - 1]);
    EXPECT_LE(counts[i], bounds[i]);
    EXPECT_GE(counts[i], bounds[i] - bounds[i] / 16 - 1);
  }
  EXPECT_EQ(Histogram().counts_up_to(bounds), std::vector<std::uint64_t>(bounds.size(), 0));
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
