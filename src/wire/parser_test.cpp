#include "wire/parser.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
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
    case OperationKind::kConnect:
      return concat("connect ", operation.payload);
  }
  return "";
}

// Parses everything in `bytes`; what is left over or wrong is the last line.
std::vector<std::string> transcript(std::string_view bytes, ParseLimits limits = ParseLimits(),
                                    decltype(&parse) read = &parse) {
  std::vector<std::string> lines;
  while (!bytes.empty()) {
    Operation operation;
    const ParseResult result = read(bytes, limits, operation);
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

TEST(ParseDirect, ReadsWhatBothSidesOfALinkSend) {
  EXPECT_THAT(
      transcript("CONNECT {\"ticket\":\"t\"}\r\nINFO {}\r\n"
                 "PUB a.B 2\r\nhi\r\nPUB a.B in.1 0\r\n\r\n"
                 "HPUB a.B in.1 12 14\r\nNATS/1.0\r\n\r\nhi\r\nPING\r\npong\r\n-ERR 'no'\r\n",
                 ParseLimits(), &parse_direct),
      ::testing::ElementsAre(
          "connect {\"ticket\":\"t\"}", "info {}", "message a.B #0 reply= header=0 payload=hi",
          "message a.B #0 reply=in.1 header=0 payload=",
          "message a.B #0 reply=in.1 header=12 payload=hi", "ping", "pong", "error no"));
}

TEST(ParseDirect, RefusesWhatIsTooLongBeforeItHasCome) {
  ParseLimits limits;
  limits.control_line = 16;
  limits.message = 100;
  Operation operation;
  EXPECT_EQ(parse_direct("PUB a.B 101\r\n", limits, operation).outcome, ParseOutcome::kInvalid);
  EXPECT_EQ(parse_direct("PUB a.B 100\r\n", limits, operation).outcome, ParseOutcome::kNeedMore);
  const std::string line(17, 'x');
  EXPECT_EQ(parse_direct(line, limits, operation).outcome, ParseOutcome::kInvalid);
  EXPECT_EQ(parse_direct(line + "\r\n", limits, operation).outcome, ParseOutcome::kInvalid);
}

TEST(ParseDirect, RefusesWhatOnlyServersSay) {
  for (const char* text : {"MSG a 1 0\r\n\r\n", "+OK\r\n", "SUB > 1\r\n", "PUB a\r\n",
                           "PUB a b c 0\r\n", "HPUB a 0\r\n", "GET / HTTP/1.1\r\n"}) {
    Operation operation;
    EXPECT_EQ(parse_direct(text, ParseLimits(), operation).outcome, ParseOutcome::kInvalid) << text;
  }
}

}  // namespace
}  // namespace fairlead::wire
