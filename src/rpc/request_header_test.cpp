#include "rpc/request_header.hpp"

#include <gtest/gtest.h>

namespace fairlead::rpc {
namespace {

TEST(RequestHeader, TheShortWayWritesWhatTheLongOneDoes) {
  const RequestHeader plain(std::chrono::milliseconds(4900), Metadata());
  EXPECT_EQ(plain.block(), "NATS/1.0\r\ngrpc-timeout: 4900000u\r\n\r\n");
  Metadata metadata;
  EXPECT_TRUE(metadata.add("user", "ann").ok());
  const RequestHeader full(std::chrono::milliseconds(4900), metadata);
  EXPECT_EQ(full.block(), "NATS/1.0\r\ngrpc-timeout: 4900000u\r\nuser: ann\r\n\r\n");
}

TEST(RequestHeader, ARetrySaysHowManyAttemptsCameBefore) {
  const RequestHeader retry(std::chrono::seconds(2), Metadata(), 1);
  EXPECT_EQ(retry.block(),
            "NATS/1.0\r\ngrpc-timeout: 2000000u\r\ngrpc-previous-rpc-attempts: 1\r\n\r\n");
}

}  // namespace
}  // namespace fairlead::rpc
