// Streams over direct links: what is different there, spoken by hand where a real peer would not do
// such things.
#include <atomic>
#include <future>
#include <optional>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "fairlead/block_on.hpp"
#include "fairlead/status.hpp"
#include "fairlead/testing/host.hpp"
#include "fairlead/testing/nats_server.hpp"

#include "core/strings.hpp"
#include "stream_probe.fairlead.hpp"
#include "tests/integration/ask.hpp"
#include "tests/integration/fake_instance.hpp"
#include "tests/integration/line_socket.hpp"
#include "tests/integration/stream_probe.hpp"

namespace fairlead {
namespace {

using probe::v1::CountRequest;
using probe::v1::StreamsBlockingClient;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::count;
using testing::FakeInstance;
using testing::item;
using testing::LineSocket;

class DirectStreams : public ::testing::Test {
 protected:
  DirectStreams() : path_(concat("/tmp/fairlead-direct-stream-", ::getpid(), ".sock")) {}

  /// A service that takes direct links at the path, or none if `direct` is false.
  void start(bool direct = true) {
    ServerOptions options;
    if (direct) options.set_direct({concat("unix:", path_)});
    host_.emplace(probe::v1::StreamsService::bind(probe_),
                  testing::HostOptions().set_nats(server_.url()).set_server(options));
  }
  nats::Connection connection() {
    if (!connection_) {
      auto made = nats::connect_and_wait(thread_.loop(), nats::ConnectOptions(server_.url()));
      EXPECT_TRUE(made.ok()) << made.status();
      connection_.emplace(*made);
    }
    return *connection_;
  }
  StreamsBlockingClient client(RouteChoice route = RouteChoice::kDirect) {
    return StreamsBlockingClient(connection(), ClientOptions().set_route(route));
  }

  /// A link opened by hand.
  LineSocket enter() {
    const std::string id = host_->server().instance_ids().front();
    const auto reply = block_on(
        thread_.loop(), testing::ask(connection(), concat("probe.v1.Streams._.", id, ".direct")));
    EXPECT_TRUE(reply.ok()) << reply.status();
    const nlohmann::json ticket = nlohmann::json::parse(*reply);
    LineSocket socket = LineSocket::at_path(path_);
    socket.send(
        concat("CONNECT {\"ticket\":\"", ticket["socket_token"].get<std::string>(), "\"}\r\n"));
    EXPECT_THAT(socket.read_line(), ::testing::StartsWith("INFO "));
    return socket;
  }

  static std::string frame(const std::string& subject, const std::string& reply,
                           const std::string& lines, const std::string& payload = "") {
    const std::string header = concat("NATS/1.0\r\n", lines, "\r\n\r\n");
    return concat("HPUB ", subject, reply.empty() ? "" : " ", reply, " ", header.size(), " ",
                  header.size() + payload.size(), "\r\n", header, payload, "\r\n");
  }
  /// The header lines of the next frame, without those of its size and its payload.
  static std::string next_header(LineSocket& socket) {
    const std::string line = socket.read_line();
    EXPECT_THAT(line, ::testing::StartsWith("HPUB "));
    const std::size_t last = line.rfind(' ');
    const std::size_t before = line.rfind(' ', last - 1);
    const auto header = static_cast<std::size_t>(std::stoi(line.substr(before + 1)));
    const auto total = static_cast<std::size_t>(std::stoi(line.substr(last + 1)));
    return socket.read_bytes(total + 2).substr(0, header);
  }
  static std::string peer_in(const std::string& header) {
    const std::string name = "fl-peer: ";
    const std::size_t start = header.find(name);
    if (start == std::string::npos) return "";
    return header.substr(start + name.size(), header.find('\r', start) - start - name.size());
  }

  testing::NatsServer server_;
  LoopThread thread_;
  const std::string path_;
  const std::shared_ptr<testing::StreamProbe> probe_ = std::make_shared<testing::StreamProbe>();
  std::optional<nats::Connection> connection_;
  std::optional<testing::Host> host_;
};

TEST_F(DirectStreams, TheServiceNoticesThatTheLinkHasEnded) {
  start();
  {
    LineSocket caller = enter();
    caller.send(frame("probe.v1.Streams.Wait", "mine.1", "fl-stream: 100"));
    EXPECT_THAT(next_header(caller), ::testing::HasSubstr("fl-frame: w "));
    EXPECT_THAT(next_header(caller), ::testing::HasSubstr("fl-frame: m 1"));
  }
  EXPECT_EQ(probe_->await_ends(1)[0], absl::UnavailableError("the link of the caller has ended"));
}

TEST_F(DirectStreams, TakeFramesFromTheirOwnLinkOnly) {
  start();
  LineSocket caller = enter();
  caller.send(frame("probe.v1.Streams.Echo", "mine.1", "fl-stream: 100"));
  const std::string subject = peer_in(next_header(caller));
  ASSERT_THAT(subject, ::testing::StartsWith("probe.v1.Streams._."));

  LineSocket stranger = enter();
  stranger.send(frame(subject, "", "fl-frame: x 0"));
  stranger.send("PING\r\n");
  EXPECT_EQ(stranger.read_line(), "PONG");
  nats::Headers headers;
  headers.add("fl-frame", "x 0");
  const auto cancel = [](nats::Connection by_nats, std::string to,
                         nats::Headers with) -> Task<absl::Status> {
    const std::string nothing;
    absl::Status sent = by_nats.publish(to, nothing, with);
    if (sent.ok()) sent = co_await by_nats.flush(seconds(5));
    co_return sent;
  };
  ASSERT_TRUE(block_on(thread_.loop(), cancel(connection(), subject, headers)).ok());
  // The service has read what came by NATS before it answers this.
  ASSERT_TRUE(client(RouteChoice::kNats).Ping(item(1)).ok());

  const std::string message = item(7).SerializeAsString();
  caller.send(frame(subject, "", "fl-frame: m 1", message));
  EXPECT_THAT(next_header(caller), ::testing::HasSubstr("fl-frame: m 1"));
  caller.send(frame(subject, "", "fl-frame: e 1"));
  EXPECT_THAT(next_header(caller), ::testing::HasSubstr("fl-frame: e 1"));
}

TEST_F(DirectStreams, TheCallerNoticesThatTheLinkHasEnded) {
  FakeInstance fake(thread_.loop(), connection(), "probe.v1.Streams", path_, "p");
  std::thread server([&] {
    LineSocket socket = fake.accept();
    EXPECT_THAT(socket.read_line(), ::testing::StartsWith("HPUB probe.v1.Streams.Count _DIRECT."));
  });
  auto stream = client().Count(count(10));
  EXPECT_FALSE(stream.read().has_value());
  server.join();
  const absl::Status status = stream.finish();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_TRUE(may_have_executed(status));
}

TEST_F(DirectStreams, TakeAnotherWayWhereTheInstanceDoesNotServeThem) {
  FakeInstance fake(thread_.loop(), connection(), "probe.v1.Streams", path_, "p");
  std::atomic<bool> refused = false;
  std::promise<void> done;
  std::thread server([&] {
    LineSocket socket = fake.accept();
    const std::string line = socket.read_line();
    const std::size_t start = line.find("_DIRECT.");
    const std::string inbox = line.substr(start, line.find(' ', start) - start);
    socket.send(concat("HPUB ", inbox, " 16 16\r\nNATS/1.0 503\r\n\r\n\r\n"));
    refused = true;
    done.get_future().wait();
  });
  start(false);
  const auto calling = client(RouteChoice::kAuto);
  // Through NATS until the link stands, then by it, and back.
  for (bool last = false; !last;) {
    last = refused;
    auto stream = calling.Count(count(10));
    std::int64_t expected = 0;
    while (const auto next = stream.read()) EXPECT_EQ(next->number(), ++expected);
    EXPECT_EQ(expected, 10);
    const absl::Status status = stream.finish();
    ASSERT_TRUE(status.ok()) << status;
  }
  done.set_value();
  server.join();
}

TEST_F(DirectStreams, OneThatIsCancelledWhileItWaitsForALinkIsNotOpened) {
  // An instance that answers, but cannot be reached yet: so the stream waits.
  FakeInstance fake(thread_.loop(), connection(), "probe.v1.Streams", path_, "p");
  auto stream = client().Wait();
  LineSocket socket = fake.accept_silently();
  stream.cancel();
  EXPECT_TRUE(absl::IsCancelled(stream.finish()));
  socket.send("INFO {\"proof\":\"p\"}\r\n");
  // The first thing that comes is the next call.
  auto counting = client().Count(count(1));
  EXPECT_THAT(socket.read_line(), ::testing::StartsWith("HPUB probe.v1.Streams.Count _DIRECT."));
  counting.cancel();
}

Task<absl::StatusOr<std::int64_t>> open_until_it_goes(probe::v1::StreamsClient client,
                                                      std::atomic<int>& opened) {
  const auto end = Deadline::after(seconds(10));
  while (!end.passed()) {
    const CountRequest request = count(1);
    auto stream = client.Count(request);
    ++opened;
    const auto first = co_await stream.read();
    const absl::Status status = co_await stream.finish();
    if (first && status.ok()) co_return first->number();
  }
  co_return absl::DeadlineExceededError("no stream was ever opened");
}

TEST_F(DirectStreams, WhoOpensAgainAndAgainGetsALinkInTheEnd) {
  const probe::v1::StreamsClient client(connection(),
                                        ClientOptions().set_route(RouteChoice::kDirect));
  std::atomic<int> opened = 0;
  std::thread later([&] {
    while (opened < 3) std::this_thread::yield();
    start();
  });
  const auto number = block_on(thread_.loop(), open_until_it_goes(client, opened));
  later.join();
  ASSERT_TRUE(number.ok()) << number.status();
  EXPECT_EQ(*number, 1);
}

Task<absl::StatusOr<std::int64_t>> open_and_be_busy(probe::v1::StreamsClient client) {
  const CountRequest request = count(1);
  auto stream = client.Count(request);
  // Longer than instances may take to say that they take links.
  const auto busy = Deadline::after(milliseconds(2500));
  while (!busy.passed()) continue;
  const auto first = co_await stream.read();
  const absl::Status status = co_await stream.finish();
  if (!first || !status.ok()) co_return status;
  co_return first->number();
}

TEST_F(DirectStreams, FindTheirLinkAlthoughTheLoopIsKeptBusy) {
  start();
  const probe::v1::StreamsClient client(connection(),
                                        ClientOptions().set_route(RouteChoice::kDirect));
  const auto number = block_on(thread_.loop(), open_and_be_busy(client));
  ASSERT_TRUE(number.ok()) << number.status();
  EXPECT_EQ(*number, 1);
}

TEST_F(DirectStreams, EndWhereThereIsNoLinkAndNoOtherWay) {
  start(false);
  auto stream = client().Count(count(10));
  EXPECT_FALSE(stream.read().has_value());
  const absl::Status status = stream.finish();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_FALSE(may_have_executed(status));
  EXPECT_THAT(std::string(message_of(status)), ::testing::HasSubstr("direct link"));
}

}  // namespace
}  // namespace fairlead
