#include "fairlead/metadata.hpp"

#include <gtest/gtest.h>

#include "rpc/metadata_wire.hpp"

namespace fairlead {
namespace {

TEST(Metadata, KeysIgnoreCaseAndMayRepeat) {
  Metadata metadata;
  EXPECT_TRUE(metadata.add("User", "a").ok());
  EXPECT_TRUE(metadata.add("user", "b").ok());
  EXPECT_EQ(metadata.get("USER"), "a");
  EXPECT_EQ(metadata.get_all("user").size(), 2u);
  EXPECT_FALSE(metadata.get("other").has_value());
}

TEST(Metadata, RefusesReservedKeysAndBadValues) {
  Metadata metadata;
  for (const char* key :
       {"grpc-timeout", "Nats-Msg-Id", "FL-frame", "Content-Type", "", "a b", "a:b", "é"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(metadata.add(key, "v"))) << key;
  }
  EXPECT_TRUE(absl::IsInvalidArgument(metadata.add("k", "a\nb")));
  EXPECT_TRUE(metadata.empty());
}

TEST(Metadata, BinaryValuesTravel) {
  Metadata sent;
  const std::string bytes("\0\r\n\xff ", 5);
  EXPECT_TRUE(sent.add("token-bin", bytes).ok());
  EXPECT_TRUE(sent.add("name", "Jané").ok());
  wire::HeaderWriter headers;
  rpc::write_metadata(sent, headers);
  headers.add("grpc-status", "0");
  Metadata received;
  rpc::read_metadata(headers.finish(), received);
  EXPECT_EQ(received.size(), 2u);
  EXPECT_EQ(received.get("token-bin"), bytes);
  EXPECT_EQ(received.get("name"), "Jané");
}

}  // namespace
}  // namespace fairlead
