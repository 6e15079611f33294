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
  void on_lost(const absl::Status& reason) override {
    outcome = concat("lost ", message_of(reason));
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
  const std::string to_first(mux.open(first));
  const std::string to_second(mux.open(second));
  EXPECT_TRUE(mux.deliver(reply_to(to_second, "2")));
  EXPECT_TRUE(mux.deliver(reply_to(to_first, "1")));
  EXPECT_EQ(first.outcome, "reply 1");
  EXPECT_EQ(second.outcome, "reply 2");
  EXPECT_EQ(mux.in_flight(), 0u);
}

TEST(RequestMux, ALateReplyDoesNotReachTheSlotsNextUser) {
  RequestMux mux("_INBOX.x");
  auto gone = std::make_unique<Request>();
  const std::string late(mux.open(*gone));
  gone.reset();
  Request next;
  const std::string present(mux.open(next));
  EXPECT_FALSE(mux.deliver(reply_to(late, "late")));
  EXPECT_EQ(next.outcome, "");
  EXPECT_TRUE(mux.deliver(reply_to(present, "now")));
  EXPECT_FALSE(mux.deliver(reply_to(present, "again")));
  EXPECT_EQ(next.outcome, "reply now");
}

TEST(RequestMux, ForeignSubjectsAreRefused) {
  RequestMux mux("_INBOX.x");
  Request request;
  std::string subject(mux.open(request));
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
  const std::string subject(mux.open(none));
  MessageView message = reply_to(subject, "");
  message.header = "NATS/1.0 503\r\nNats-Subject: a\r\n\r\n";
  EXPECT_TRUE(mux.deliver(message));
  EXPECT_EQ(none.outcome, "no responders");
  const std::string other(mux.open(some));
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
  const std::string to_slow(mux.open(slow));
  const std::string to_quick(mux.open(quick));
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
  mux.open(a);
  mux.open(b);
  mux.fail_all(absl::UnavailableError("gone"));
  EXPECT_EQ(a.outcome, "lost gone");
  EXPECT_EQ(b.outcome, "lost gone");
  EXPECT_EQ(mux.in_flight(), 0u);
}

TEST(RequestMux, ManySlotsHaveDistinctSubjects) {
  RequestMux mux("_INBOX.x");
  std::vector<std::unique_ptr<Request>> requests;
  std::set<std::string> subjects;
  for (int i = 0; i < 5000; ++i) {
    requests.push_back(std::make_unique<Request>());
    subjects.emplace(mux.open(*requests.back()));
  }
  EXPECT_EQ(subjects.size(), 5000u);
  for (const std::string& subject : subjects) EXPECT_TRUE(mux.deliver(reply_to(subject, "x")));
}

}  // namespace
}  // namespace fairlead::nats
