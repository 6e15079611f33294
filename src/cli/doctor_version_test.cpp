#include "cli/doctor_version.hpp"

#include <absl/strings/str_join.h>
#include <gtest/gtest.h>

namespace fairlead::cli {
namespace {

std::string lacks(std::string_view version) {
  return absl::StrJoin(what_server_lacks(version), "; ");
}

TEST(WhatServerLacks, OldServersLackWhatCameLater) {
  EXPECT_EQ(lacks("2.9.10"),
            "several subjects in a consumer's filter (2.10); "
            "TLS before INFO, handshake_first (2.10.4); "
            "times to live of single messages (2.11); scheduled messages (2.12)");
  EXPECT_EQ(lacks("2.10.4"), "times to live of single messages (2.11); scheduled messages (2.12)");
}

TEST(WhatServerLacks, FaultsAreThoseOfSomeVersionsOnly) {
  EXPECT_EQ(lacks("2.12.2-RC.1"), "it may rename the header traceparent (mended in 2.14)");
  EXPECT_EQ(lacks("2.14.0"), "");
}

TEST(WhatServerLacks, NothingIsSaidOfStrangeVersions) {
  EXPECT_EQ(lacks(""), "");
  EXPECT_EQ(lacks("next"), "");
}

}  // namespace
}  // namespace fairlead::cli
