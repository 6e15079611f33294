#include "nats/request_mux.hpp"

#include <memory>
#include <set>

#include <gtest/gtest.h>

#include "core/strings.hpp"

namespace fairlead::nats {
namespace {

struct Request final : PendingRequest {
  void on_reply(const MessageView& message) override {
    outcome = concat("reply ", message.payload);
  }
  void on_no_responders() override { outcome = "no responders"; }
  void on_timeout() override { outcome = "timeout"; }
  void on_failed(const absl::Status& reason) override {
    outcome = concat("failed ", message_of(reason));
  }
  std::string outcome;
};

MessageView reply_to(const std::string& subject, std::string_view payload) {
  MessageView message;
  message.subject = subject;
  message.payload = payload;
  return message;
}

TEST(RequestMux, EachReplyFindsItsRequest) {
  RequestMux mux("_INBOX.x");
  EXPECT_EQ(mux.wildcard(), "_INBOX.x.*");
  Request first, second;
  const std::string to_first(mux.open(first, "subject"));
  const std::string to_second(mux.open(second, "subject"));
  EXPECT_TRUE(mux.deliver(reply_to(to_second, "2")));
  EXPECT_TRUE(mux.deliver(reply_to(to_first, "1")));
  EXPECT_EQ(first.outcome, "reply 1");
  EXPECT_EQ(second.outcome, "reply 2");
  EXPECT_EQ(mux.in_flight(), 0u);
}

TEST(RequestMux, ALateReplyDoesNotReachTheSlotsNextUser) {
  RequestMux mux("_INBOX.x");
  auto gone = std::make_unique<Request>();
  const std::string late(mux.open(*gone, "subject"));
  gone.reset();
  Request next;
  const std::string present(mux.open(next, "subject"));
  EXPECT_FALSE(mux.deliver(reply_to(late, "late")));
  EXPECT_EQ(next.outcome, "");
  EXPECT_TRUE(mux.deliver(reply_to(present, "now")));
  EXPECT_FALSE(mux.deliver(reply_to(present, "again")));
  EXPECT_EQ(next.outcome, "reply now");
}

/// Knows its reply by a word in front of it, and leaves its subject to others.
struct Knowing final : PendingRequest {
  explicit Knowing(std::string word_arg) : word(std::move(word_arg)) {}
  bool takes_used_subject() const override { return true; }
  bool recognises(const MessageView& message) override { return message.payload.starts_with(word); }
  bool leaves_subject() const override { return true; }
  void on_reply(const MessageView& message) override { outcome = std::string(message.payload); }
  void on_no_responders() override { outcome = "no responders"; }
  void on_timeout() override { outcome = "timeout"; }
  void on_failed(const absl::Status&) override { outcome = "failed"; }
  const std::string word;
  std::string outcome;
};

TEST(RequestMux, ASubjectIsUsedAgainByThoseWhoKnowTheirReplies) {
  RequestMux mux("_INBOX.x");
  Knowing first("1"), second("2");
  const std::string subject(mux.open(first, "subject"));
  EXPECT_FALSE(first.has_used_subject());
  EXPECT_TRUE(mux.deliver(reply_to(subject, "1 one")));
  EXPECT_EQ(mux.open(second, "subject"), subject);
  EXPECT_TRUE(second.has_used_subject());
  EXPECT_FALSE(mux.deliver(reply_to(subject, "1 again")));
  EXPECT_TRUE(second.waits());
  EXPECT_TRUE(mux.deliver(reply_to(subject, "2 two")));
  EXPECT_EQ(first.outcome, "1 one");
  EXPECT_EQ(second.outcome, "2 two");
}

TEST(RequestMux, NobodyElseGetsAUsedSubject) {
  RequestMux mux("_INBOX.x");
  Knowing knowing("1");
  Request other;
  const std::string subject(mux.open(knowing, "subject"));
  mux.deliver(reply_to(subject, "1"));
  EXPECT_NE(mux.open(other, "subject"), subject);
  EXPECT_FALSE(mux.deliver(reply_to(subject, "1")));
  EXPECT_EQ(other.outcome, "");
}

TEST(RequestMux, ATicketIsOfOneRequestAlsoIfAnotherHasItsSubject) {
  RequestMux mux("_INBOX.x");
  Knowing first("1"), second("2");
  const std::string subject(mux.open(first, "subject"));
  const RequestMux::Ticket ticket = mux.ticket(first);
  mux.deliver(reply_to(subject, "1"));
  EXPECT_EQ(mux.open(second, "subject"), subject);
  EXPECT_FALSE(mux.waits(ticket));
  mux.fail(ticket, absl::UnavailableError("the link of the first was lost"));
  EXPECT_EQ(second.outcome, "");
  EXPECT_TRUE(second.waits());
}

TEST(RequestMux, WhereRepliesMayComeTwiceNoSubjectIsLeft) {
  RequestMux mux("_INBOX.x");
  Knowing first("1"), second("2"), third("3");
  mux.begin_overlap();
  const std::string subject(mux.open(first, "subject"));
  mux.deliver(reply_to(subject, "1"));
  const std::string other(mux.open(second, "subject"));
  EXPECT_NE(other, subject);
  EXPECT_FALSE(mux.deliver(reply_to(subject, "1")));
  mux.end_overlap();
  mux.deliver(reply_to(other, "2"));
  EXPECT_EQ(mux.open(third, "subject"), other);
}

TEST(RequestMux, ASubjectIsLeftByAReplyAlone) {
  RequestMux mux("_INBOX.x");
  auto gone = std::make_unique<Knowing>("1");
  const std::string abandoned(mux.open(*gone, "subject"));
  gone.reset();
  Knowing next("2");
  const std::string failed(mux.open(next, "subject"));
  EXPECT_NE(failed, abandoned);
  mux.fail_all(absl::UnavailableError("gone"));
  Knowing refused("3");
  const std::string unserved(mux.open(refused, "subject"));
  EXPECT_NE(unserved, failed);
  MessageView nobody = reply_to(unserved, "");
  nobody.header = "NATS/1.0 503\r\n\r\n";
  EXPECT_TRUE(mux.deliver(nobody));
  EXPECT_EQ(refused.outcome, "no responders");
  Knowing last("4");
  EXPECT_NE(mux.open(last, "subject"), unserved);
}

TEST(RequestMux, ForeignSubjectsAreRefused) {
  RequestMux mux("_INBOX.x");
  Request request;
  std::string subject(mux.open(request, "subject"));
  EXPECT_FALSE(mux.deliver(reply_to("_INBOX.x.", "")));
  EXPECT_FALSE(mux.deliver(reply_to(subject + "0", "")));
  subject.back() = 'Z';
  EXPECT_FALSE(mux.deliver(reply_to(subject, "")));
  subject.replace(subject.size() - 11, 11, "vvvvvvvvvvv");
  EXPECT_FALSE(mux.deliver(reply_to(subject, "")));
}

TEST(RequestMux, NoRespondersIsAStatusWithoutPayload) {
  RequestMux mux("_INBOX.x");
  Request none, some;
  const std::string subject(mux.open(none, "subject"));
  MessageView message = reply_to(subject, "");
  message.header = "NATS/1.0 503\r\nNats-Subject: a\r\n\r\n";
  EXPECT_TRUE(mux.deliver(message));
  EXPECT_EQ(none.outcome, "no responders");
  const std::string other(mux.open(some, "subject"));
  message.subject = other;
  message.payload = "body";
  EXPECT_TRUE(mux.deliver(message));
  EXPECT_EQ(some.outcome, "reply body");
}

TEST(RequestMux, DeadlinesEndRequests) {
  const auto start = Deadline::Clock::now();
  DeadlineWheel wheel(start);
  RequestMux mux("_INBOX.x");
  Request slow, quick;
  const std::string to_slow(mux.open(slow, "subject"));
  const std::string to_quick(mux.open(quick, "subject"));
  wheel.arm(slow, Deadline::after(std::chrono::milliseconds(10), start));
  wheel.arm(quick, Deadline::after(std::chrono::milliseconds(10), start));
  mux.deliver(reply_to(to_quick, "ok"));
  wheel.advance(start + std::chrono::milliseconds(20));
  EXPECT_EQ(slow.outcome, "timeout");
  EXPECT_EQ(quick.outcome, "reply ok");
  EXPECT_FALSE(mux.deliver(reply_to(to_slow, "late")));
}

TEST(RequestMux, ALossEndsAllRequestsOnce) {
  RequestMux mux("_INBOX.x");
  Request a, b;
  mux.open(a, "subject");
  mux.open(b, "subject");
  mux.fail_all(absl::UnavailableError("gone"));
  EXPECT_EQ(a.outcome, "failed gone");
  EXPECT_EQ(b.outcome, "failed gone");
  EXPECT_EQ(mux.in_flight(), 0u);
}

TEST(RequestMux, WhoIsOpenedWhileAllFailIsSpared) {
  RequestMux mux("_INBOX.x");
  struct Retrying final : PendingRequest {
    Retrying(RequestMux& mux, Request& next) : mux(mux), next(next) {}
    void on_reply(const MessageView&) override {}
    void on_no_responders() override {}
    void on_timeout() override {}
    void on_failed(const absl::Status&) override { mux.open(next, "again"); }
    RequestMux& mux;
    Request& next;
  };
  Request first, again;
  mux.open(first, "subject");
  Retrying retrying(mux, again);
  mux.open(retrying, "subject");
  mux.fail_all(absl::UnavailableError("gone"));
  EXPECT_EQ(again.outcome, "");
  EXPECT_EQ(mux.in_flight(), 1u);
}

TEST(RequestMux, RefusalsEndTheRequestsThatTheyAreAbout) {
  RequestMux mux("_INBOX.x");
  Request a, b, c;
  mux.open(a, "denied");
  mux.open(b, "allowed");
  const std::string reply_of_c(mux.open(c, "allowed"));
  const absl::Status denied = absl::PermissionDeniedError("no");
  EXPECT_EQ(mux.fail_subject("denied", denied), 1u);
  EXPECT_FALSE(mux.fail_reply("_INBOX.y.0000010000", denied));
  EXPECT_TRUE(mux.fail_reply(reply_of_c, denied));
  EXPECT_EQ(a.outcome, "failed no");
  EXPECT_EQ(b.outcome, "");
  EXPECT_EQ(c.outcome, "failed no");
}

TEST(RequestMux, ManySlotsHaveDistinctSubjects) {
  RequestMux mux("_INBOX.x");
  std::vector<std::unique_ptr<Request>> requests;
  std::set<std::string> subjects;
  for (int i = 0; i < 5000; ++i) {
    requests.push_back(std::make_unique<Request>());
    subjects.emplace(mux.open(*requests.back(), "subject"));
  }
  EXPECT_EQ(subjects.size(), 5000u);
  for (const std::string& subject : subjects) EXPECT_TRUE(mux.deliver(reply_to(subject, "x")));
}

}  // namespace
}  // namespace fairlead::nats
