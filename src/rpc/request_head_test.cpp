#include "rpc/request_head.hpp"

#include <gtest/gtest.h>

#include "core/strings.hpp"

namespace fairlead::rpc {
namespace {

TEST(RequestHead, ReadsWhatTheProtocolKnowsAndKeepsTheRest) {
  RequestHead head;
  Metadata metadata;
  EXPECT_TRUE(
      read_request_head("NATS/1.0\r\nGrpc-Timeout: 250m\r\nuser: ann\r\n"
                        "content-type: application/json\r\ngrpc-previous-rpc-attempts: 2\r\n"
                        "Nats-Msg-Id: 7\r\n\r\n",
                        "", head, metadata)
          .ok());
  EXPECT_EQ(head.timeout, std::chrono::milliseconds(250));
  EXPECT_EQ(head.encoding, Encoding::kJson);
  EXPECT_EQ(head.previous_attempts, 2);
  EXPECT_EQ(metadata.size(), 1u);
  EXPECT_EQ(metadata.get("user"), "ann");
}

TEST(RequestHead, JsonIsRecognisedByItsBrace) {
  RequestHead head;
  Metadata metadata;
  EXPECT_TRUE(read_request_head("", "{\"a\":1}", head, metadata).ok());
  EXPECT_EQ(head.encoding, Encoding::kJson);
  RequestHead typed;
  EXPECT_TRUE(read_request_head("NATS/1.0\r\ncontent-type: application/protobuf\r\n\r\n", "{",
                                typed, metadata)
                  .ok());
  EXPECT_EQ(typed.encoding, Encoding::kProtobuf);
}

TEST(RequestHead, MalformedHeadersAreInvalid) {
  for (const char* block : {"NATS/1.0\r\ngrpc-timeout: soon\r\n\r\n",
                            "NATS/1.0\r\ngrpc-timeout: 2023-03-01T10:00:00Z\r\n\r\n",
                            "NATS/1.0\r\ncontent-type: text/html\r\n\r\n", "nonsense"}) {
    RequestHead head;
    Metadata metadata;
    EXPECT_TRUE(absl::IsInvalidArgument(read_request_head(block, "", head, metadata))) << block;
  }
}

TEST(RequestHead, ReadsTheTraceWhateverTheNatsServerCallsIt) {
  const std::string text = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  for (const char* name : {"traceparent", "Traceparent", "Xraceparent"}) {
    RequestHead head;
    Metadata metadata;
    const std::string block =
        concat("NATS/1.0\r\n", name, ": ", text, "\r\ntracestate: a=1\r\ntracestate: b=2\r\n\r\n");
    EXPECT_TRUE(read_request_head(block, "", head, metadata).ok());
    EXPECT_EQ(head.trace.text(), text);
    EXPECT_EQ(head.trace_state, "a=1,b=2");
    EXPECT_TRUE(metadata.empty());
  }
}

TEST(RequestHead, AMalformedTraceIsNone) {
  RequestHead head;
  Metadata metadata;
  EXPECT_TRUE(read_request_head("NATS/1.0\r\ntraceparent: 00-1-2-3\r\ntracestate: a=1\r\n\r\n", "",
                                head, metadata)
                  .ok());
  EXPECT_FALSE(head.trace.valid());
  EXPECT_EQ(head.trace_state, "");
}

}  // namespace
}  // namespace fairlead::rpc
