#include "route/nats_call.hpp"

#include <chrono>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "fairlead/loop.hpp"

#include "core/manual_time.hpp"
#include "core/manual_time_scope.hpp"
#include "core/strings.hpp"

namespace fairlead::route {
namespace {

using nats::MessageView;
using nats::RequestMux;
using rpc::CallNumber;
using std::chrono::milliseconds;

/// The calls of a method on one loop, and the replies that they get.
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
    Call(NatsCallTest& test, std::uint32_t number, Deadline deadline = Deadline::never())
        : outgoing(with(deadline)),
          pending(outgoing, reader, test.loop_.core(), CallNumber(number), test.echo_),
          subject(test.mux_.open(pending, "calc.Calc.Average")) {
      test.loop_.core().arm(pending, deadline);
    }
    static rpc::OutgoingCall with(Deadline deadline) {
      rpc::OutgoingCall call;
      call.subject = "calc.Calc.Average";
      call.deadline = deadline;
      return call;
    }
    // What the caller has: nothing while it waits.
    std::string outcome() {
      if (!pending.done()) return "";
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
    if (number != 0)
      header = concat("NATS/1.0\r\nfl-call: ", CallNumber(number).text(), "\r\n\r\n");
    MessageView message;
    message.subject = subject;
    message.header = header;
    message.payload = payload;
    mux_.deliver(message);
  }

  /// Lets time pass until the call has ended.
  void await(Call& call) {
    time_->go(std::chrono::hours(1), [] {});
    const auto ended = [](Call& that) -> Task<bool> {
      if (that.pending.is_open()) co_await that.pending.ended();
      co_return true;
    };
    EXPECT_TRUE(loop_.run(ended(call)));
  }

  const std::shared_ptr<ManualTime> time_ =
      std::make_shared<ManualTime>(std::chrono::steady_clock::now());
  const ManualTimeScope scope_{time_.get()};
  Loop loop_{time_};
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

TEST_F(NatsCallTest, OnAUsedSubjectTheReplyWithItsNumberCounts) {
  Call first(*this, 1);
  reply(first.subject, 1, "one");
  Call second(*this, 2);
  reply(second.subject, 0, "of whom?");
  EXPECT_EQ(second.outcome(), "");
  EXPECT_EQ(echo_, NumberEcho::kNo);
  reply(second.subject, 2, "two");
  EXPECT_EQ(second.outcome(), "two");
}

TEST_F(NatsCallTest, AReplyWithoutNumberCountsIfNoOtherComes) {
  Call first(*this, 1);
  reply(first.subject, 1, "one");
  const auto start = time_->now();
  Call second(*this, 2, Deadline::after(std::chrono::minutes(10), start));
  reply(second.subject, 0, "of another kind");
  await(second);
  EXPECT_EQ(second.outcome(), "of another kind");
  EXPECT_GE(time_->now() - start, NatsCall::kPatience);
  EXPECT_LT(time_->now() - start, 2 * NatsCall::kPatience);
}

TEST_F(NatsCallTest, ItCountsAtTheDeadlineAtTheLatest) {
  Call first(*this, 1);
  reply(first.subject, 1, "one");
  Call second(*this, 2, Deadline::after(milliseconds(5)));
  reply(second.subject, 0, "of another kind");
  await(second);
  EXPECT_EQ(second.outcome(), "of another kind");
}

TEST_F(NatsCallTest, ItCountsWhenTheConnectionIsLost) {
  Call first(*this, 1);
  reply(first.subject, 1, "one");
  Call second(*this, 2);
  reply(second.subject, 0, "of another kind");
  mux_.fail_all(absl::UnavailableError("lost"));
  EXPECT_EQ(second.outcome(), "of another kind");
}

TEST_F(NatsCallTest, ACallThatTimedOutLeavesNoSubject) {
  Call first(*this, 1);
  reply(first.subject, 1, "one");
  Call second(*this, 2, Deadline::after(milliseconds(1)));
  await(second);
  EXPECT_EQ(second.outcome(), "no reply of calc.Calc.Average came in time");
  Call third(*this, 3);
  EXPECT_NE(third.subject, second.subject);
  reply(second.subject, 2, "late");
  EXPECT_EQ(third.outcome(), "");
}

}  // namespace
}  // namespace fairlead::route
