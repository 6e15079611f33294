#include "cli/message_json.hpp"

#include <gmock/gmock.h>
#include <google/protobuf/duration.pb.h>
#include <gtest/gtest.h>

#include "fairlead/options.pb.h"
#include "fairlead/status.hpp"

#include "core/strings.hpp"

namespace fairlead::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(MessageJson, ReadsAndWrites) {
  google::protobuf::DynamicMessageFactory factory;
  const auto message =
      message_from_json(R"({"name":"größe"})", *ServiceOptions::descriptor(), factory);
  ASSERT_TRUE(message.ok()) << message.status();
  EXPECT_EQ(*message_to_json(**message),
            R"({"name":"größe","version":"","description":"","queueGroup":""})");
}

TEST(MessageJson, SaysWhatDoesNotFit) {
  google::protobuf::DynamicMessageFactory factory;
  const auto message =
      message_from_json(R"({"idempotnt":true})", *MethodOptions::descriptor(), factory);
  EXPECT_EQ(message.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(message_of(message.status())),
              AllOf(HasSubstr("not a fairlead.MethodOptions"), HasSubstr("idempotnt"),
                    HasSubstr("timeout (Duration), idempotent (bool)"),
                    HasSubstr("alias (repeated string)")));
}

TEST(DetailsOf, ShowsKnownTypesAsJson) {
  absl::Status status = absl::InternalError("x");
  EXPECT_EQ(details_of(status, nullptr), "");
  ServiceOptions detail;
  detail.set_name("n");
  add_status_detail(status, detail);
  status.SetPayload("type.googleapis.com/not.Known", absl::Cord("abc"));
  status.SetPayload("fairlead/origin", absl::Cord("remote"));
  EXPECT_THAT(details_of(status, nullptr),
              AllOf(HasSubstr("  fairlead.ServiceOptions {\"name\":\"n\","),
                    HasSubstr("  not.Known (3 bytes of a type not known here)\n"),
                    ::testing::Not(HasSubstr("origin"))));
}

}  // namespace
}  // namespace fairlead::cli
