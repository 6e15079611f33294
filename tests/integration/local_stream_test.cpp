// Streams to a service of the same loop: what is different there.
#include <optional>

#include <gtest/gtest.h>

#include "fairlead/block_on.hpp"
#include "fairlead/server.hpp"
#include "fairlead/status.hpp"
#include "fairlead/task_scope.hpp"

#include "core/loop_core.hpp"
#include "core/strings.hpp"
#include "rpc/client_stats.hpp"
#include "stream_probe.fairlead.hpp"
#include "tests/integration/stream_probe.hpp"

namespace fairlead {
namespace {

using probe::v1::CountRequest;
using probe::v1::Item;
using probe::v1::StreamsBlockingClient;
using probe::v1::StreamsClient;
using std::chrono::seconds;
using testing::count;

/// A service and its callers on one loop, without NATS.
class LocalStreams : public ::testing::Test {
 public:
  ~LocalStreams() override {
    if (server_) run([](LocalStreams& self) { return self.server_->stop(seconds(10)); });
    run([](LocalStreams& self) { return self.end(); });
  }

  void start(ServerOptions options = ServerOptions()) {
    options_ = options;
    run([](LocalStreams& self) { return self.begin(); });
  }
  void run(Task<absl::Status> (*task)(LocalStreams&)) {
    const absl::Status status = block_on(thread_.loop(), task(*this));
    EXPECT_TRUE(status.ok()) << status;
  }
  Channel channel() { return Channel(thread_.loop()); }

  Task<absl::Status> begin() {
    server_.emplace(channel(), std::make_shared<WorkerPool>(1), options_);
    absl::Status status = server_->add(probe::v1::StreamsService::bind(probe_));
    if (status.ok()) status = co_await server_->start();
    co_return status;
  }
  Task<absl::Status> expect_refusal_on_the_local_route() {
    auto& all = thread_.loop().core().resource<rpc::ClientStats>();
    const auto stats = all.of("probe.v1.Streams", "Wait");
    const auto& local = stats->by_route[static_cast<std::size_t>(rpc::RouteKind::kLocal)];
    EXPECT_TRUE(local);
    if (local) {
      EXPECT_EQ(local->errors, 1u);
    }
    EXPECT_FALSE(stats->by_route[static_cast<std::size_t>(rpc::RouteKind::kNats)]);
    co_return absl::OkStatus();
  }
  Task<absl::Status> end() {
    server_.reset();
    co_return absl::OkStatus();
  }

  LoopThread thread_;
  std::shared_ptr<testing::StreamProbe> probe_ = std::make_shared<testing::StreamProbe>();
  ServerOptions options_;
  std::optional<Server> server_;
};

TEST_F(LocalStreams, NeedNoNats) {
  start();
  const StreamsBlockingClient client(channel());  // the route is `auto`
  auto counting = client.Count(count(10'000));
  std::int64_t expected = 0;
  while (const auto next = counting.read()) EXPECT_EQ(next->number(), ++expected);
  EXPECT_EQ(expected, 10'000);
  EXPECT_TRUE(counting.finish().ok());
}

TEST_F(LocalStreams, NobodyWhoHostsTheServiceIsTheEndAtOnce) {
  const StreamsBlockingClient client(channel());
  const absl::Status status = client.Count(count(1)).finish();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
  EXPECT_EQ(message_of(status),
            "no instance of probe.v1.Streams is hosted on this loop, and no other route may be "
            "used");
  EXPECT_FALSE(may_have_executed(status));
}

TEST_F(LocalStreams, ARefusedOneCountsForItsRoute) {
  ServerOptions options;
  options.set_queue_limit(0);
  start(options);
  const StreamsBlockingClient client(channel());
  auto one = client.Wait();
  auto two = client.Wait();
  auto three = client.Wait();
  const absl::Status status = three.finish();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
  run([](LocalStreams& self) { return self.expect_refusal_on_the_local_route(); });
}

TEST_F(LocalStreams, AMessageMayBeLargerThanABrokerTakes) {
  start();
  const StreamsBlockingClient client(channel());
  auto counting = client.Count(count(3, 5 << 20));
  int messages = 0;
  while (const auto next = counting.read()) {
    EXPECT_EQ(next->data().size(), 5u << 20);
    ++messages;
  }
  EXPECT_EQ(messages, 3);
  EXPECT_TRUE(counting.finish().ok());
}

TEST_F(LocalStreams, AHandlerMayOpenAStreamToItsOwnService) {
  start();
  const StreamsBlockingClient client(channel());
  const auto total = client.Relay(count(1000));
  ASSERT_TRUE(total.ok()) << total.status();
  EXPECT_EQ(total->sum(), 500'500);
}

TEST_F(LocalStreams, AServiceThatGoesWithoutStoppingEndsThem) {
  start();
  const StreamsBlockingClient client(channel());
  auto waiting = client.Wait();
  ASSERT_TRUE(waiting.read().has_value());
  run([](LocalStreams& self) { return self.end(); });
  const absl::Status status = waiting.finish();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
  EXPECT_EQ(message_of(status), "the service has ended");
}

Task<absl::Status> talk(Channel channel) {
  const StreamsClient client(channel);
  auto echo = client.Echo();
  for (int i = 1; i <= 1000; ++i) {
    Item item;
    item.set_number(i);
    absl::Status status = co_await echo.write(item);
    if (!status.ok()) co_return status;
    const auto answer = co_await echo.read();
    if (!answer || answer->number() != i) co_return absl::DataLossError("another answer");
  }
  co_return co_await echo.finish();
}

TEST_F(LocalStreams, TalkToAndFro) {
  start();
  const absl::Status status = block_on(thread_.loop(), talk(channel()));
  EXPECT_TRUE(status.ok()) << status;
}

Task<void> read_until(Channel channel, const bool& enough) {
  const StreamsClient client(channel);
  auto endless = client.Count(count(-1, 1000));
  bool more = true;
  while (more && !enough) {
    const auto next = co_await endless.read();
    more = next.has_value();
  }
  EXPECT_TRUE(more);
}

Task<absl::Status> talk_beside_one_without_end(Channel channel) {
  bool enough = false;
  TaskScope scope(channel.loop());
  scope.spawn(read_until(channel, enough));
  absl::Status status = co_await talk(channel);
  co_await channel.loop().sleep(std::chrono::milliseconds(1));  // timers have their turn, too
  enough = true;
  co_await scope.join();
  co_return status;
}

TEST_F(LocalStreams, AStreamWithoutEndKeepsNeitherTheLoopNorOtherStreams) {
  start();
  const absl::Status status = block_on(thread_.loop(), talk_beside_one_without_end(channel()));
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(probe_->await_ends(1)[0].code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace fairlead
