#include "wire/parser.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/strings.hpp"

namespace fairlead::wire {
namespace {

std::string show(const Operation& operation) {
  switch (operation.kind) {
    case OperationKind::kMessage:
      return concat("message ", operation.subject, " #", operation.subscription,
                    " reply=", operation.reply, " header=", operation.header.size(),
                    " payload=", operation.payload);
    case OperationKind::kPing:
      return "ping";
    case OperationKind::kPong:
      return "pong";
    case OperationKind::kOk:
      return "ok";
    case OperationKind::kError:
      return concat("error ", operation.payload);
    case OperationKind::kInfo:
      return concat("info ", operation.payload);
  }
  return "";
}

// Parses everything in `bytes`; what is left over or wrong is the last line.
std::vector<std::string> transcript(std::string_view bytes, ParseLimits limits = ParseLimits()) {
  std::vector<std::string> lines;
  while (!bytes.empty()) {
    Operation operation;
    const ParseResult result = parse(bytes, limits, operation);
    if (result.outcome == ParseOutcome::kNeedMore) {
      lines.push_back(concat("need ", result.needed));
      break;
    }
    if (result.outcome == ParseOutcome::kInvalid) {
      lines.push_back(concat("invalid: ", result.reason));
      break;
    }
    lines.push_back(show(operation));
    bytes.remove_prefix(result.consumed);
  }
  return lines;
}

using Lines = std::vector<std::string>;

TEST(Parser, EveryOperation) {
  EXPECT_EQ(transcript("INFO {\"a\":1} \r\nPING\r\nPONG\r\n+OK\r\n-ERR 'Stale Connection'\r\n"
                       "MSG a.b 9 5\r\nhello\r\nMSG a.b 9 r.1 0\r\n\r\n"),
            (Lines{"info {\"a\":1}", "ping", "pong", "ok", "error Stale Connection",
                   "message a.b #9 reply= header=0 payload=hello",
                   "message a.b #9 reply=r.1 header=0 payload="}));
}

TEST(Parser, HeadersAndPayloadAreSplit) {
  EXPECT_EQ(transcript("HMSG _R.1 3 16 18\r\nNATS/1.0 503\r\n\r\nhi\r\n"
                       "HMSG _R.1 3 back 16 16\r\nNATS/1.0 503\r\n\r\n\r\n"),
            (Lines{"message _R.1 #3 reply= header=16 payload=hi",
                   "message _R.1 #3 reply=back header=16 payload="}));
}

TEST(Parser, AcceptsAnyCaseAndAnyBlanks) {
  // nats-server 2.9.10 writes two spaces where the reply subject would stand.
  EXPECT_EQ(transcript("MSG _R.1 9  2\r\nok\r\nmsg\t_R.1 \t9 2\r\nok\r\nping  \r\npong\n"),
            (Lines{"message _R.1 #9 reply= header=0 payload=ok",
                   "message _R.1 #9 reply= header=0 payload=ok", "ping", "pong"}));
}

TEST(Parser, SaysHowMuchIsMissing) {
  EXPECT_EQ(transcript("MSG a 1 10\r\nhel"), (Lines{"need 24"}));
  EXPECT_EQ(transcript("MSG a 1 10"), (Lines{"need 0"}));
}

TEST(Parser, EveryPrefixOfAValidMessageIsIncomplete) {
  const std::string message = "HMSG a.b 77 r 12 17\r\nNATS/1.0\r\n\r\nhello\r\n";
  for (std::size_t size = 1; size < message.size(); ++size) {
    Operation operation;
    EXPECT_EQ(parse(std::string_view(message).substr(0, size), ParseLimits(), operation).outcome,
              ParseOutcome::kNeedMore)
        << size;
  }
  EXPECT_EQ(transcript(message).size(), 1u);
}

TEST(Parser, RefusesWhatCannotBe) {
  EXPECT_EQ(transcript("HELLO\r\n"), (Lines{"invalid: unknown operation \"HELLO\""}));
  EXPECT_EQ(transcript("MSG a 1\r\n"),
            (Lines{"invalid: wrong number of arguments in message line \"a 1\""}));
  EXPECT_EQ(transcript("MSG a b c 1 2 3\r\n"),
            (Lines{"invalid: wrong number of arguments in message line \"a b c 1 2 3\""}));
  EXPECT_EQ(transcript("MSG a 1 -5\r\n"),
            (Lines{"invalid: a number was expected in message line \"a 1 -5\""}));
  EXPECT_EQ(transcript("MSG a 1 99999999999999999999\r\n"),
            (Lines{"invalid: a number was expected in message line \"a 1 99999999999999999999\""}));
  EXPECT_EQ(transcript("HMSG a 1 20 10\r\n"),
            (Lines{"invalid: the header is longer than the message in \"a 1 20 10\""}));
  EXPECT_EQ(transcript("MSG a 1 2\r\nhello\r\n"),
            (Lines{"invalid: the payload does not end where its length says in \"a 1 2\""}));
}

TEST(Parser, BoundsWhatAServerMayMakeUsHold) {
  ParseLimits limits;
  limits.control_line = 16;
  limits.message = 100;
  EXPECT_EQ(transcript("MSG a 1 101\r\n", limits),
            (Lines{"invalid: a message of 101 bytes is over the limit of 100"}));
  EXPECT_EQ(transcript("INFO aaaaaaaaaaaaaaaaaaaaaaaaa", limits),
            (Lines{"invalid: a control line is over the limit of 16 bytes: "
                   "\"INFO aaaaaaaaaaaaaaaaaaaaaaaaa\""}));
}

}  // namespace
}  // namespace fairlead::wire
