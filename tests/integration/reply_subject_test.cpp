// Reply subjects that are used again: by whom, and that nobody gets the reply to another's call.
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "fairlead/block_on.hpp"
#include "fairlead/testing/nats_server.hpp"

#include "core/strings.hpp"
#include "probe.fairlead.hpp"
#include "tests/integration/nats_cluster.hpp"
#include "tests/integration/probe_instance.hpp"

namespace fairlead {
namespace {

using probe::v1::EchoReply;
using probe::v1::EchoRequest;
using std::chrono::seconds;
using testing::ProbeInstance;

struct Answer {
  std::string to;
  std::string payload;
};

/// Somebody on a connection of his own who sees the requests of a subject.
class Witness {
 public:
  /// In a queue group he takes part in the work; otherwise he gets all requests as well. What he
  /// answers is what `answer` makes of the request.
  Witness(const std::string& url, const std::string& queue_group,
          std::function<std::optional<Answer>(const nats::MessageView&)> answer,
          std::string_view subject = "probe.v1.Probe.Echo")
      : answer_(std::move(answer)), subject_(subject) {
    auto made = nats::connect_and_wait(thread_.loop(), nats::ConnectOptions(url));
    EXPECT_TRUE(made.ok()) << made.status();
    connection_.emplace(*made);
    EXPECT_TRUE(block_on(thread_.loop(), listen(queue_group)).ok());
  }
  ~Witness() {
    if (subscription_) stop();
  }

  /// When it returns, he has seen and answered what was sent to him, and goes.
  void stop() { EXPECT_TRUE(block_on(thread_.loop(), leave()).ok()); }

  std::size_t requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  std::size_t reply_subjects() {
    const std::lock_guard lock(mutex_);
    return replies_.size();
  }

 private:
  Task<absl::Status> listen(std::string queue_group) {
    nats::SubscribeOptions options;
    if (!queue_group.empty()) options.set_queue_group(queue_group);
    auto subscription = connection_->subscribe(
        subject_, options, [this](const nats::MessageView& request) { see(request); });
    if (!subscription.ok()) co_return subscription.status();
    subscription_.emplace(*std::move(subscription));
    co_return co_await connection_->flush(seconds(10));
  }
  Task<absl::Status> leave() {
    absl::Status status = co_await subscription_->drain(seconds(10));
    subscription_.reset();
    const absl::Status drained = co_await connection_->drain(seconds(10));
    status.Update(drained);
    co_return status;
  }
  void see(const nats::MessageView& request) {
    {
      const std::lock_guard lock(mutex_);
      ++requests_;
      replies_.emplace(request.reply);
    }
    if (const auto answer = answer_(request)) {
      EXPECT_TRUE(connection_->publish(answer->to, answer->payload).ok());
    }
  }

  const std::function<std::optional<Answer>(const nats::MessageView&)> answer_;
  const std::string subject_;
  std::mutex mutex_;
  std::size_t requests_ = 0;
  std::set<std::string> replies_;
  LoopThread thread_;
  std::optional<nats::Connection> connection_;
  std::optional<nats::Subscription> subscription_;
};

std::optional<Answer> silence(const nats::MessageView&) {
  return std::nullopt;
}

// As a service of another framework would: with the right answer and no number.
std::optional<Answer> echo(const nats::MessageView& request) {
  EchoRequest asked;
  EXPECT_TRUE(
      asked.ParseFromArray(request.payload.data(), static_cast<int>(request.payload.size())));
  EchoReply reply;
  reply.set_text(asked.text());
  reply.set_data("foreign");
  return Answer{std::string(request.reply), reply.SerializeAsString()};
}

class ReplySubject : public ::testing::Test {
 protected:
  ReplySubject() {
    auto made = nats::connect_and_wait(thread_.loop(), nats::ConnectOptions(server_.url()));
    EXPECT_TRUE(made.ok()) << made.status();
    connection_.emplace(*made);
    renew();
  }

  /// A client that knows nothing yet of the service.
  void renew() { client_.emplace(*connection_); }
  /// One call after the other, each with a text of its own; who answered is told by the data.
  void call(int count, std::set<std::string>* data = nullptr, bool idempotent = true) {
    for (int i = 0; i < count; ++i) {
      EchoRequest request;
      request.set_text(concat("call ", ++calls_));
      const auto reply =
          client_->Echo(request, CallOptions().set_timeout(seconds(30)).set_idempotent(idempotent));
      ASSERT_TRUE(reply.ok()) << reply.status();
      EXPECT_EQ(reply->text(), request.text());
      if (data) data->insert(reply->data());
    }
  }

  testing::NatsServer server_;
  LoopThread thread_;
  std::optional<nats::Connection> connection_;
  std::optional<probe::v1::ProbeBlockingClient> client_;
  int calls_ = 0;
};

TEST_F(ReplySubject, IsUsedAgainWithServicesOfFairlead) {
  ProbeInstance instance(server_.url());
  Witness witness(server_.url(), "", silence);
  call(50);
  witness.stop();
  EXPECT_EQ(instance.probe().calls, 50);
  EXPECT_EQ(witness.requests(), 50u);
  EXPECT_EQ(witness.reply_subjects(), 1u);
}

TEST_F(ReplySubject, IsNewForEachCallOfAnotherKindOfService) {
  Witness foreign(server_.url(), "q", echo);
  call(50);
  EXPECT_EQ(foreign.requests(), 50u);
  EXPECT_EQ(foreign.reply_subjects(), 50u);
}

// A service of another kind joins the group of one that is used, as when one goes back to it.
TEST_F(ReplySubject, NoCallFailsWhenAnotherKindOfServiceTakesOver) {
  Witness cancels(server_.url(), "", silence, "probe.v1.Probe._.cancel");
  std::set<std::string> data;
  {
    ProbeInstance instance(server_.url());
    call(20, &data);
    EXPECT_EQ(data, (std::set<std::string>{""}));
    Witness foreign(server_.url(), "q", echo);
    while (data.size() == 1 && !HasFailure()) call(1, &data);
  }
  Witness foreign(server_.url(), "q", echo);
  call(20);
  EXPECT_EQ(foreign.reply_subjects(), 20u);
  cancels.stop();
  EXPECT_EQ(cancels.requests(), 1u);  // the first sending of the call that was in doubt
}

// Two services answer each request, for their queue groups differ: a mistake, and yet nobody may
// get the answer to a call that is not his. The second answers each request when it sees the next,
// which has the same reply subject.
TEST_F(ReplySubject, SecondAnswersAreNotTakenForThoseOfLaterCalls) {
  ProbeInstance instance(server_.url());
  std::optional<Answer> last;
  Witness other(server_.url(), "other", [&](const nats::MessageView& request) {
    return std::exchange(last, echo(request));
  });
  for (int round = 0; round < 40; ++round) {
    renew();
    call(3, nullptr, round % 2 == 0);
  }
  other.stop();
  EXPECT_GE(other.requests(), 120u);
  EXPECT_LT(other.reply_subjects(), other.requests());
}

/// How often the connection has moved, asked on its loop.
Task<absl::StatusOr<std::uint64_t>> moves(nats::Connection connection) {
  co_return connection.statistics().reconnects;
}

// While it moves, a caller is subscribed to its inbox at both servers, and each reply comes twice.
TEST(ReplySubjectInCluster, AMoveRepeatsNoCall) {
  testing::NatsCluster cluster("lame_duck_duration: 30s, lame_duck_grace_period: 500ms");
  ProbeInstance instance(cluster[1].url());
  LoopThread thread;
  const auto made = nats::connect_and_wait(thread.loop(), nats::ConnectOptions(cluster[0].url()));
  ASSERT_TRUE(made.ok()) << made.status();
  const probe::v1::ProbeBlockingClient client(*made);
  const auto call = [&client] {
    EchoRequest request;
    request.set_text("x");
    return client.Echo(request, CallOptions().set_timeout(seconds(30)).set_idempotent(true));
  };
  while (!call().ok()) {  // until the caller's server has heard of the instance
  }
  const int calls_before = instance.probe().calls;

  std::atomic<bool> stop = false;
  std::atomic<int> calls = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&] {
      while (!stop) {
        const auto reply = call();
        EXPECT_TRUE(reply.ok()) << reply.status();
        ++calls;
      }
    });
  }
  cluster[0].lame_duck();
  while (block_on(thread.loop(), moves(*made)).value_or(1) == 0) {
  }
  const int moved = calls;
  while (calls < moved + 1000 && !HasFailure()) std::this_thread::yield();
  stop = true;
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(instance.probe().calls - calls_before, calls);
}

}  // namespace
}  // namespace fairlead
