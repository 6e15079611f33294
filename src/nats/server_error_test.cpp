#include "nats/server_error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/strings.hpp"

namespace fairlead::nats {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(ServerError, SaysWhatToDoWhereSomethingCanBeDone) {
  const auto error = classify_server_error("authorization violation");
  EXPECT_EQ(error.status.code(), absl::StatusCode::kUnauthenticated);
  EXPECT_FALSE(error.connection_survives);
  EXPECT_THAT(std::string(message_of(error.status)),
              AllOf(HasSubstr("authorization violation"), HasSubstr("check user, password")));

  const auto line = classify_server_error("Maximum control line exceeded (4096)");
  EXPECT_EQ(line.status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(message_of(line.status)), HasSubstr("raise max_control_line"));
}

TEST(ServerError, RefusalsOfOneThingLeaveTheConnectionOpen) {
  const auto error = classify_server_error("Permissions Violation for Publish to \"x\"");
  EXPECT_EQ(error.status.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_TRUE(error.connection_survives);
}

TEST(ServerError, AnUnknownOneEndsTheConnection) {
  const auto error = classify_server_error("Something New");
  EXPECT_EQ(error.status.code(), absl::StatusCode::kUnavailable);
  EXPECT_FALSE(error.connection_survives);
}

}  // namespace
}  // namespace fairlead::nats
