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

TEST(RequestHead, HasTheNumberOfTheCall) {
  for (const char* block :
       {"NATS/1.0\r\ngrpc-timeout: 250m\r\nfl-call: 0001a2b3\r\n\r\n",
        "NATS/1.0\r\nFL-Call: 0001a2b3\r\nuser: ann\r\n\r\n",
        "NATS/1.0\r\ngrpc-timeout: 250m\r\ntraceparent: "
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\nfl-call: 0001a2b3\r\n\r\n"}) {
    RequestHead head;
    Metadata metadata;
    EXPECT_TRUE(read_request_head(block, "", head, metadata).ok()) << block;
    EXPECT_EQ(head.call_number, "0001a2b3") << block;
    EXPECT_FALSE(metadata.get("fl-call")) << block;
  }
}

TEST(RequestHead, ANumberThatWouldNotFitIntoAReplyIsNone) {
  for (const std::string& number :
       {std::string(65, '1'), std::string("1 2"), std::string("\x01")}) {
    RequestHead head;
    Metadata metadata;
    const std::string block = concat("NATS/1.0\r\nfl-call: ", number, "\r\n\r\n");
    EXPECT_TRUE(read_request_head(block, "", head, metadata).ok()) << number;
    EXPECT_EQ(head.call_number, "") << number;
  }
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

// Most requests look like the one here, and are read without taking their lines apart. Whatever is
// changed about it, what comes out is the same as where a blank forbids the short way.
TEST(RequestHead, TheShortWayReadsTheSameAsTheLongOne) {
  struct Outcome {
    bool operator==(const Outcome&) const = default;
    std::string status;
    std::optional<std::chrono::nanoseconds> timeout;
    std::string trace;
    std::string metadata;
  };
  const auto read = [](const std::string& block) {
    RequestHead head;
    Metadata metadata;
    const absl::Status status = read_request_head(block, "", head, metadata);
    Outcome outcome;
    outcome.status = status.ToString();
    outcome.timeout = head.timeout;
    outcome.trace = head.trace.text();
    for (const auto& [key, value] : metadata) outcome.metadata += concat(key, "=", value, ";");
    return outcome;
  };
  const auto expect_same = [&](const std::string& lines) {
    EXPECT_EQ(read(concat("NATS/1.0\r\n", lines)), read(concat("NATS/1.0 \r\n", lines)))
        << escape(lines);
  };
  const std::string with_trace =
      "grpc-timeout: 4900000u\r\n"
      "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00\r\n\r\n";
  ASSERT_EQ(read(concat("NATS/1.0\r\n", with_trace)).timeout, std::chrono::milliseconds(4900));
  ASSERT_EQ(read(concat("NATS/1.0\r\n", with_trace)).trace.substr(0, 5), "00-0a");
  for (const std::string& lines : {std::string("grpc-timeout: 5S\r\n\r\n"), with_trace}) {
    for (std::size_t i = 1; i < lines.size(); ++i) {
      expect_same(lines.substr(0, i));
      expect_same(lines + lines.substr(0, i));
      for (const char c : {'0', 'f', 'F', ' ', '\t', '-', ':', '\r', '\n', '\0', 'S'}) {
        std::string changed = lines;
        changed[i] = c;
        expect_same(changed);
        expect_same(lines.substr(0, i) + c + lines.substr(i));
      }
    }
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
