#include "route/nats_call.hpp"

#include <string>

#include <gtest/gtest.h>

#include "core/strings.hpp"

namespace fairlead::route {
namespace {

using nats::MessageView;
using nats::RequestMux;
using rpc::CallNumber;

/// The calls of a method over one connection, and the replies that they get.
class NatsCallTest : public ::testing::Test {
 protected:
  struct Reader final : rpc::ReplyReader {
    absl::Status read(std::string_view, std::string_view payload) override {
      text = std::string(payload);
      return absl::OkStatus();
    }
    std::string text;
  };

  struct Call {
    Call(NatsCallTest& test, std::uint32_t number, bool idempotent = false, int attempts = 0)
        : outgoing(with(idempotent, attempts)),
          pending(outgoing, reader, CallNumber(number), test.echo_),
          subject(test.mux_.open(pending, "calc.Calc.Average")) {}
    static rpc::OutgoingCall with(bool idempotent, int attempts) {
      rpc::OutgoingCall call;
      call.subject = "calc.Calc.Average";
      call.idempotent = idempotent;
      call.attempts = attempts;
      return call;
    }
    // What the caller has: nothing while it waits.
    std::string outcome() {
      if (!pending.done()) return "";
      if (pending.in_doubt()) return "in doubt";
      const absl::Status status = pending.take_status();
      return status.ok() ? reader.text : std::string(message_of(status));
    }

    rpc::OutgoingCall outgoing;
    Reader reader;
    NatsCall pending;
    const std::string subject;
  };

  /// A reply with a number; one without if it is 0.
  void reply(const std::string& subject, std::uint32_t number, std::string_view payload) {
    std::string header;
    if (number != 0) {
      header = concat("NATS/1.0\r\nfl-call: ", CallNumber(number).text(), "\r\n\r\n");
    }
    MessageView message;
    message.subject = subject;
    message.header = header;
    message.payload = payload;
    mux_.deliver(message);
  }

  RequestMux mux_{"_INBOX.x"};
  NumberEcho echo_ = NumberEcho::kUnknown;
};

TEST_F(NatsCallTest, UsesItsSubjectAgainOnceNumbersComeBack) {
  Call first(*this, 1);
  reply(first.subject, 1, "one");
  EXPECT_EQ(first.outcome(), "one");
  EXPECT_EQ(echo_, NumberEcho::kYes);
  Call second(*this, 2);
  EXPECT_EQ(second.subject, first.subject);
  reply(second.subject, 2, "two");
  EXPECT_EQ(second.outcome(), "two");
}

TEST_F(NatsCallTest, ASecondReplyToAnEarlierCallIsNotTakenForItsOwn) {
  Call first(*this, 1);
  reply(first.subject, 1, "one");
  Call second(*this, 2);
  reply(second.subject, 1, "one again");
  EXPECT_EQ(second.outcome(), "");
  reply(second.subject, 2, "two");
  EXPECT_EQ(second.outcome(), "two");
}

TEST_F(NatsCallTest, AServiceThatTellsNoNumbersIsCalledWithNewSubjects) {
  Call first(*this, 1);
  reply(first.subject, 0, "one");
  EXPECT_EQ(first.outcome(), "one");
  EXPECT_EQ(echo_, NumberEcho::kNo);
  Call second(*this, 2);
  EXPECT_NE(second.subject, first.subject);
  reply(second.subject, 2, "two");
  EXPECT_EQ(second.outcome(), "two");
  EXPECT_EQ(echo_, NumberEcho::kNo);
}

TEST_F(NatsCallTest, OnAUsedSubjectOnlyTheReplyWithItsNumberCounts) {
  Call first(*this, 1);
  reply(first.subject, 1, "one");
  Call second(*this, 2);
  reply(second.subject, 0, "of whom?");
  EXPECT_EQ(second.outcome(), "");
  EXPECT_EQ(echo_, NumberEcho::kNo);
  reply(second.subject, 2, "two");
  EXPECT_EQ(second.outcome(), "two");
}

TEST_F(NatsCallTest, WhatHasBeenInDoubtLeavesNoSubject) {
  Call first(*this, 1);
  reply(first.subject, 1, "one");
  Call second(*this, 2);
  reply(second.subject, 0, "of whom?");
  reply(second.subject, 2, "two");
  echo_ = NumberEcho::kYes;  // that of another method, which knows nothing of it
  Call third(*this, 3);
  EXPECT_NE(third.subject, second.subject);
}

TEST_F(NatsCallTest, AnIdempotentCallInDoubtEndsToBeMadeAgain) {
  Call first(*this, 1);
  reply(first.subject, 1, "one");
  Call second(*this, 2, true);
  reply(second.subject, 0, "of whom?");
  EXPECT_EQ(second.outcome(), "in doubt");
  second.pending.abandon();
  Call again(*this, 3, true);
  EXPECT_NE(again.subject, second.subject);
  reply(second.subject, 2, "two");
  EXPECT_EQ(again.outcome(), "");
  reply(again.subject, 0, "of another kind");
  EXPECT_EQ(again.outcome(), "of another kind");
}

TEST_F(NatsCallTest, ACallThatMayHaveOneAttemptOnlyWaitsOnInDoubt) {
  Call first(*this, 1);
  reply(first.subject, 1, "one");
  Call second(*this, 2, true, 1);
  reply(second.subject, 0, "of whom?");
  EXPECT_EQ(second.outcome(), "");
  reply(second.subject, 2, "two");
  EXPECT_EQ(second.outcome(), "two");
}

TEST_F(NatsCallTest, ANumberThatIsNotItsOwnIsAsGoodAsNone) {
  Call first(*this, 1);
  reply(first.subject, 1, "one");
  Call second(*this, 2, true);
  reply(second.subject, 7, "of whom?");
  EXPECT_EQ(second.outcome(), "in doubt");
}

}  // namespace
}  // namespace fairlead::route
