#include "core/names.hpp"

#include <gtest/gtest.h>

namespace fairlead {
namespace {

TEST(Names, SemanticVersions) {
  for (const char* good :
       {"0.0.0", "1.2.3", "10.20.30", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-0.3.7",
        "1.0.0-x-y-z.--", "1.0.0+20130313144700", "1.0.0-beta+exp.sha.5114f85",
        "1.0.0+21AF26D3----117B344092BD", "1.0.0-0A.is.legal", "1.0.0+001"}) {
    EXPECT_TRUE(is_semantic_version(good)) << good;
  }
  for (const char* bad :
       {"", "1", "1.2", "1.2.3.4", "01.1.1", "1.01.1", "1.1.01", "v1.0.0", "1.0.0-", "1.0.0+",
        "1.0.0-01", "1.0.0-a..b", "1.0.0-a_b", "1.0.0 ", "1..0", "-1.0.0", "1.0.0+a+b"}) {
    EXPECT_FALSE(is_semantic_version(bad)) << bad;
  }
}

TEST(Names, DiscoveryNames) {
  EXPECT_TRUE(is_discovery_name("calc-Calc_2"));
  for (const char* bad : {"", "a.b", "a b", "größe", "a/b"})
    EXPECT_FALSE(is_discovery_name(bad)) << bad;
}

}  // namespace
}  // namespace fairlead
