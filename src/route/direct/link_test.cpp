// Two links face to face over a pair of sockets, or one with a peer that does nothing.
#include "route/direct/link.hpp"

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/local/stream_protocol.hpp>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fairlead/task_scope.hpp"

#include "core/loop_core.hpp"
#include "core/strings.hpp"
#include "route/direct/outbound_link.hpp"

namespace fairlead::route::direct {
namespace {

using Side = LinkSession::Side;

constexpr std::size_t kMessage = 256 << 10;

class TestLink final : public Link {
 public:
  TestLink(Loop& loop, Side side, int& alive)
      : Link(loop, LinkSession(side, false, "proof")), alive_(alive) {
    set_limits({1024, 0}, {1024, kMessage});
    ++alive_;
  }
  ~TestLink() override { --alive_; }

  void send(std::size_t size) {
    publish("to.you", "", "", size, [size](char* to) { std::fill_n(to, size, 'x'); });
  }

  std::function<void(std::size_t size)> message = [](std::size_t) {};
  std::function<void()> opened = [] {};
  bool was_open = false;
  absl::Status reason;

 private:
  absl::StatusOr<std::unique_ptr<nats::TlsEngine>> make_tls() override {
    return absl::UnimplementedError("these links are not encrypted");
  }
  void on_connect(std::string_view) override { perform(session_.on_connect(std::string("proof"))); }
  void on_message(const wire::Operation& operation) override { message(operation.payload.size()); }
  void on_opened() override {
    was_open = true;
    opened();
  }
  bool is_busy() const override { return true; }
  void on_ended(const absl::Status& ended) override { reason = ended; }

  int& alive_;
};

class Links : public ::testing::Test {
 protected:
  Links() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, sockets_), 0); }

  std::shared_ptr<TestLink> make(Side side) {
    return std::make_shared<TestLink>(loop_, side, alive_);
  }
  std::unique_ptr<nats::TcpTransport> transport(int socket) {
    nats::TcpStream::Socket adopted(loop_.core().context());
    adopted.assign(boost::asio::local::stream_protocol(), socket);
    return std::make_unique<nats::TcpTransport>(loop_.core(),
                                                nats::TcpStream(std::move(adopted), "the peer"));
  }
  /// Holds the link as long as it runs, and no longer.
  static Task<void> serve(std::shared_ptr<TestLink> link,
                          std::unique_ptr<nats::TcpTransport> transport) {
    co_await link->run(std::move(transport));
  }

  static Task<void> serve_both(Loop& loop, std::shared_ptr<TestLink> one,
                               std::unique_ptr<nats::TcpTransport> over,
                               std::shared_ptr<TestLink> other,
                               std::unique_ptr<nats::TcpTransport> back) {
    TaskScope scope(loop);
    scope.spawn(serve(std::move(one), std::move(over)));
    scope.spawn(serve(std::move(other), std::move(back)));
    co_await scope.join();
  }
  /// Closes a link that nobody else holds, as a timer of its own would, once `now` says so. Returns
  /// how many links there still are when close() does.
  int close_once(std::shared_ptr<TestLink> link, const std::function<bool(TestLink&)>& now) {
    TestLink& closed = *link;
    return loop_.run(
        close_once(loop_, closed, serve(std::move(link), transport(sockets_[0])), now, alive_));
  }
  static Task<int> close_once(Loop& loop, TestLink& link, Task<void> serving,
                              std::function<bool(TestLink&)> now, const int& alive) {
    TaskScope scope(loop);
    scope.spawn(std::move(serving));
    while (!now(link)) co_await loop.sleep(std::chrono::milliseconds(1));
    link.close(absl::CancelledError("the test ends it"));
    const int left = alive;
    co_await scope.join();
    co_return left;
  }
  void reconnect() {
    ::close(sockets_[1]);
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, sockets_), 0);
  }
  void say(const std::string& text) {
    EXPECT_EQ(::send(sockets_[1], text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  }

  Loop loop_;
  int sockets_[2] = {-1, -1};
  int alive_ = 0;
};

// If each side stopped reading because the other one does not, both would wait for ever.
TEST_F(Links, TwoSidesWithFullBuffersGoOn) {
  constexpr std::size_t kMessages = 128;  // 32 MiB each way, where 8 MiB are much
  const auto caller = make(Side::kCaller);
  const auto service = make(Side::kService);
  std::size_t answers = 0;
  caller->opened = [&] {
    for (std::size_t i = 0; i < kMessages; ++i) caller->send(kMessage);
  };
  service->message = [&](std::size_t size) { service->send(size); };
  caller->message = [&](std::size_t) {
    if (++answers == kMessages) caller->close(absl::CancelledError("all have come"));
  };
  loop_.run(serve_both(loop_, caller, transport(sockets_[0]), service, transport(sockets_[1])));
  EXPECT_EQ(answers, kMessages);
  EXPECT_TRUE(absl::IsCancelled(caller->reason)) << caller->reason;
}

// Nothing tells it but its writing.
TEST_F(Links, AServiceThatHasStoppedReadingNoticesThatItsCallerIsGone) {
  const auto service = make(Side::kService);
  service->message = [&](std::size_t) {
    for (int i = 0; i < 40; ++i) service->send(kMessage);
    loop_.post([this] { ::close(sockets_[1]); });
  };
  say("CONNECT {}\r\nPUB a b 0\r\n\r\n");
  loop_.run(serve(service, transport(sockets_[0])));
  EXPECT_TRUE(absl::IsUnavailable(service->reason)) << service->reason;
}

// Its timers end it, as do inputs; whatever its coroutines wait for then, they must not take the
// link with them while its own function still runs.
TEST_F(Links, ALinkOutlivesTheCallbackThatEndsIt) {
  say("CONNECT {}\r\n");
  EXPECT_EQ(close_once(make(Side::kService), [](TestLink& link) { return link.is_open(); }), 1);

  const auto make_full = [this] {
    reconnect();
    auto link = make(Side::kService);
    link->message = [raw = link.get()](std::size_t) {
      for (int i = 0; i < 40; ++i) raw->send(kMessage);
    };
    say("CONNECT {}\r\nPUB a b 0\r\n\r\n");
    return link;
  };
  const auto is_full = [](TestLink& link) { return link.unwritten() > 9 << 20; };
  EXPECT_EQ(close_once(make_full(), is_full), 1);

  const auto cannot_write = [&](TestLink& link) {
    if (is_full(link)) ::shutdown(sockets_[1], SHUT_RD);
    return link.was_open && !link.is_open();
  };
  EXPECT_EQ(close_once(make_full(), cannot_write), 1);
}

/// Nobody who wants to know what becomes of a link.
struct NoOwner final : LinkOwner {
  void on_link_leaving(OutboundLink&) override {}
  void on_link_ended(OutboundLink&) override {}
};

TEST(OutboundLinks, AnInstanceThatFailsOnIsEjectedEachTime) {
  Loop loop;
  NoOwner owner;
  OutboundLink link(loop, owner, Ticket(), false, 1024);
  for (int ejection = 0; ejection < 3; ++ejection) {
    for (int failure = 1; failure <= 4; ++failure) EXPECT_FALSE(link.count(true));
    EXPECT_TRUE(link.count(true));
  }
  // And what goes well starts the count anew.
  for (int i = 0; i < 12; ++i) EXPECT_FALSE(link.count(i % 4 != 3));
}

}  // namespace
}  // namespace fairlead::route::direct
