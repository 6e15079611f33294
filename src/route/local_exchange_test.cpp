#include "route/local_exchange.hpp"

#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <absl/status/statusor.h>
#include <google/protobuf/wrappers.pb.h>
#include <gtest/gtest.h>

#include "fairlead/loop.hpp"
#include "fairlead/status.hpp"
#include "fairlead/task_scope.hpp"

#include "core/waiter.hpp"
#include "rpc/client_call.hpp"
#include "rpc/client_stats.hpp"
#include "rpc/request_header.hpp"

namespace fairlead::route {
namespace {

using google::protobuf::BytesValue;
using google::protobuf::StringValue;

/// Answers with what it got; a question of "wait" waits until it is released.
class Echo final : public MethodHandler {
 public:
  bool is_coroutine() const override { return true; }
  std::unique_ptr<google::protobuf::Message> new_request() const override {
    return std::make_unique<StringValue>();
  }
  std::unique_ptr<google::protobuf::Message> new_response() const override {
    return std::make_unique<StringValue>();
  }
  absl::Status handle(Context&, google::protobuf::Message&, google::protobuf::Message&) override {
    return absl::InternalError("not a plain function");
  }
  Task<absl::Status> handle_async(Context&, google::protobuf::Message& request,
                                  google::protobuf::Message& response) override {
    ++calls;
    const std::string text = static_cast<StringValue&>(request).value();
    if (during) during();
    if (text == "wait") co_await release.wait();
    if (text == "fail") co_return absl::NotFoundError("asked to");
    static_cast<StringValue&>(request).set_value("changed");
    static_cast<StringValue&>(response).set_value(text);
    co_return absl::OkStatus();
  }

  int calls = 0;
  std::function<void()> during;  // is run by each call
  Waiter release;
};

class LocalExchangeTest : public ::testing::Test {
 protected:
  LocalExchangeTest() {
    method_.name = "Echo";
    method_.full_name = kSubject;
    rpc::MethodServerOptions options;
    options.method = &method_;
    options.handler = echo_;
    options.loop = &loop_;
    options.sink = &exchange_;
    server_.emplace(std::move(options));
    exchange_.host(kSubject, *server_);
  }

  Task<absl::StatusOr<std::string>> ask(
      std::string text, std::chrono::nanoseconds timeout = std::chrono::seconds(5)) {
    StringValue request;
    request.set_value(text);
    const auto answer = co_await ask_with(request, timeout);
    EXPECT_EQ(request.value(), text);
    co_return answer;
  }

  Task<absl::StatusOr<std::string>> ask_with(
      const google::protobuf::Message& request,
      std::chrono::nanoseconds timeout = std::chrono::seconds(5)) {
    StringValue response;
    rpc::OutgoingCall call;
    call.subject = kSubject;
    call.timeout = timeout;
    call.request = &request;
    call.size = request.ByteSizeLong();
    call.deadline = Deadline::after(timeout);
    rpc::UnaryReply reply(response, nullptr);
    absl::Status status = co_await exchange_.call(*server_, call, reply);
    if (!status.ok()) co_return status;
    co_return response.value();
  }

  Task<absl::Status> ask_and_measure(std::string text, rpc::ClientMethodStats& stats,
                                     rpc::Abandonment& abandonment) {
    StringValue request;
    StringValue response;
    request.set_value(text);
    const auto start = Deadline::Clock::now();
    rpc::MeasuredCall measured(stats, start);
    rpc::OutgoingCall call;
    call.subject = kSubject;
    call.timeout = std::chrono::seconds(5);
    call.request = &request;
    call.deadline = Deadline::after(call.timeout, start);
    call.measured = &measured;
    call.abandonment = &abandonment;
    rpc::UnaryReply reply(response, nullptr);
    absl::Status status = co_await exchange_.call(*server_, call, reply);
    co_return measured.ended(std::move(status));
  }

  // Asks `texts`, all at once, and does `meanwhile` in the next turn of the loop.
  Task<void> ask_all(const std::vector<std::string>& texts,
                     std::vector<absl::StatusOr<std::string>>& answers,
                     std::function<void()> meanwhile) {
    answers.resize(texts.size(), absl::UnknownError("not answered"));
    TaskScope scope(loop_);
    for (std::size_t i = 0; i < texts.size(); ++i) scope.spawn(ask_into(texts[i], answers[i]));
    loop_.post([this, &meanwhile] { loop_.post(meanwhile); });
    co_await scope.join();
  }

  Task<void> ask_into(std::string text, absl::StatusOr<std::string>& answer) {
    answer = co_await ask(text);
  }

  Task<int> ask_until(const bool& ended);

  static constexpr char kSubject[] = "test.Echo.Echo";
  Loop loop_;
  MethodDescription method_;
  std::shared_ptr<Echo> echo_ = std::make_shared<Echo>();
  LocalExchange& exchange_ = loop_.core().resource<LocalExchange>();
  std::optional<rpc::MethodServer> server_;
};

TEST_F(LocalExchangeTest, IsOneForEachLoop) {
  EXPECT_EQ(&loop_.core().resource<LocalExchange>(), &exchange_);
  Loop other;
  EXPECT_NE(&other.core().resource<LocalExchange>(), &exchange_);
}

TEST_F(LocalExchangeTest, FindsWhatIsHosted) {
  const std::uint64_t version = exchange_.version();
  EXPECT_EQ(exchange_.find(kSubject), &*server_);
  EXPECT_EQ(exchange_.find("test.Echo.Other"), nullptr);
  exchange_.leave(*server_);
  EXPECT_EQ(exchange_.find(kSubject), nullptr);
  EXPECT_NE(exchange_.version(), version);
}

TEST_F(LocalExchangeTest, CallsAndAnswers) {
  EXPECT_EQ(loop_.run(ask("hello")).value(), "hello");
  EXPECT_EQ(loop_.run(ask("")).value(), "");
  const absl::Status failed = loop_.run(ask("fail")).status();
  EXPECT_TRUE(absl::IsNotFound(failed));
  EXPECT_EQ(failed.message(), "asked to");
  EXPECT_EQ(status_origin(failed), Origin::kRemote);
  EXPECT_EQ(echo_->calls, 3);
  EXPECT_EQ(server_->stats().requests, 3u);
}

TEST_F(LocalExchangeTest, ARequestOfAnotherClassGoesByItsBytes) {
  BytesValue request;
  request.set_value("bytes");
  EXPECT_EQ(loop_.run(ask_with(request)).value(), "bytes");
  request.set_value("\xff");
  EXPECT_TRUE(absl::IsInvalidArgument(loop_.run(ask_with(request)).status()));
}

TEST_F(LocalExchangeTest, TheDeadlineIsTheMethodServers) {
  EXPECT_TRUE(
      absl::IsDeadlineExceeded(loop_.run(ask("wait", std::chrono::milliseconds(5))).status()));
  EXPECT_EQ(server_->busy(), 1u);
  echo_->release.wake();
  EXPECT_EQ(server_->busy(), 0u);
  EXPECT_EQ(loop_.run(ask("next")).value(), "next");
}

TEST_F(LocalExchangeTest, OverTheLimitCallsWaitForTheirTurn) {
  std::vector<absl::StatusOr<std::string>> answers;
  loop_.run(ask_all({"wait", "later"}, answers, [this] { echo_->release.wake(); }));
  EXPECT_EQ(answers[0].value(), "wait");
  EXPECT_EQ(answers[1].value(), "later");
}

TEST_F(LocalExchangeTest, ARequestThatWaitsIsCopiedLikeOthers) {
  std::vector<absl::StatusOr<std::string>> answers;
  loop_.run(ask_all({"wait", "\xff"}, answers, [this] { echo_->release.wake(); }));
  EXPECT_EQ(answers[1].value(), "\xff");
}

TEST_F(LocalExchangeTest, TheTimeOfACallIsThatUntilItsAnswer) {
  EXPECT_TRUE(loop_.run(ask("starts the coroutine of the method")).ok());
  const auto served_before = server_->stats().processing_time;
  rpc::ClientMethodStats stats;
  rpc::Abandonment abandonment;
  EXPECT_TRUE(loop_.run(ask_and_measure("now", stats, abandonment)).ok());
  const auto& measured =
      stats.by_route[static_cast<std::size_t>(rpc::RouteKind::kNats)]->processing_time;
  EXPECT_EQ(measured, server_->stats().processing_time - served_before);

  // One that its own handler brings to an end has had no answer.
  const auto before = measured;
  echo_->during = [&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    abandonment.abandon();
  };
  EXPECT_TRUE(absl::IsCancelled(loop_.run(ask_and_measure("wait", stats, abandonment))));
  EXPECT_GE(measured - before, std::chrono::milliseconds(2));
  echo_->release.wake();
}

TEST_F(LocalExchangeTest, AServerThatHasLeftStillAnswersWhatItHas) {
  std::vector<absl::StatusOr<std::string>> answers;
  loop_.run(ask_all({"wait"}, answers, [this] {
    exchange_.leave(*server_);
    echo_->release.wake();
  }));
  EXPECT_EQ(answers[0].value(), "wait");
}

TEST_F(LocalExchangeTest, CallsThatNobodyWillAnswerCanBeEnded) {
  std::vector<absl::StatusOr<std::string>> answers;
  const absl::Status reason = absl::UnavailableError("it has ended");
  loop_.run(ask_all({"wait"}, answers, [&] { exchange_.fail(kSubject, reason); }));
  EXPECT_EQ(answers[0].status(), reason);
  echo_->release.wake();  // what comes too late reaches nobody
}

Task<int> LocalExchangeTest::ask_until(const bool& ended) {
  int calls = 0;
  while (!ended && calls < 10'000) {
    const auto answer = co_await ask("again");
    EXPECT_TRUE(answer.ok());
    ++calls;
  }
  co_return calls;
}

TEST_F(LocalExchangeTest, ManyCallsInARowLeaveTheLoopItsTurns) {
  bool turn = false;
  loop_.post([&] { turn = true; });
  EXPECT_LT(loop_.run(ask_until(turn)), 200);
  EXPECT_TRUE(turn);
}

}  // namespace
}  // namespace fairlead::route
