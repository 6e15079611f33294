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

TEST(RequestHeader, ATraceTravelsEitherWay) {
  const std::string text = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const TraceContext trace = TraceContext::parse(text).value();
  const RequestHeader plain(std::chrono::seconds(1), Metadata(), 0, trace);
  EXPECT_EQ(plain.block(),
            "NATS/1.0\r\ngrpc-timeout: 1000000u\r\ntraceparent: " + text + "\r\n\r\n");
  const RequestHeader full(std::chrono::seconds(1), Metadata(), 0, trace, "vendor=1");
  EXPECT_EQ(full.block(), "NATS/1.0\r\ngrpc-timeout: 1000000u\r\ntraceparent: " + text +
                              "\r\ntracestate: vendor=1\r\n\r\n");
}

TEST(RequestHeader, TheNumberOfTheCallTravelsEitherWay) {
  const RequestHeader plain(std::chrono::seconds(1), Metadata(), 0, TraceContext(), "", "0001a2b3");
  EXPECT_EQ(plain.block(), "NATS/1.0\r\ngrpc-timeout: 1000000u\r\nfl-call: 0001a2b3\r\n\r\n");
  Metadata metadata;
  EXPECT_TRUE(metadata.add("user", "ann").ok());
  const RequestHeader full(std::chrono::seconds(1), metadata, 0, TraceContext(), "", "0001a2b3");
  EXPECT_EQ(full.block(),
            "NATS/1.0\r\ngrpc-timeout: 1000000u\r\nfl-call: 0001a2b3\r\nuser: ann\r\n\r\n");
}

TEST(RequestHeader, AnExplicitTraceparentWins) {
  Metadata metadata;
  EXPECT_TRUE(metadata.add("Traceparent", "mine").ok());
  const TraceContext trace({1}, {2}, true);
  const RequestHeader header(std::chrono::seconds(1), metadata, 0, trace, "vendor=1");
  EXPECT_EQ(header.block(), "NATS/1.0\r\ngrpc-timeout: 1000000u\r\nTraceparent: mine\r\n\r\n");
}

}  // namespace
}  // namespace fairlead::rpc
