// Direct links: who is let in, what becomes of calls when links end, and who notices what.
#include <deque>
#include <future>
#include <optional>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "fairlead/block_on.hpp"
#include "fairlead/task_scope.hpp"
#include "fairlead/testing/nats_server.hpp"

#include "core/strings.hpp"
#include "route/direct/listener_counts.hpp"
#include "tests/integration/ask.hpp"
#include "tests/integration/eventually.hpp"
#include "tests/integration/fake_instance.hpp"
#include "tests/integration/line_socket.hpp"
#include "tests/integration/probe_instance.hpp"

namespace fairlead {
namespace {

using probe::v1::EchoRequest;
using route::direct::ListenerCounts;
using route::direct::Refusal;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::eventually;
using testing::FakeInstance;
using testing::LineSocket;
using testing::ProbeInstance;

EchoRequest echo(const std::string& text) {
  EchoRequest request;
  request.set_text(text);
  return request;
}

class Direct : public ::testing::Test {
 protected:
  Direct() : path_(concat("/tmp/fairlead-direct-", ::getpid(), ".sock")) {}

  std::unique_ptr<ProbeInstance> make_instance(const std::string& address) {
    ServerOptions options;
    if (!address.empty()) options.set_direct({address});
    return std::make_unique<ProbeInstance>(server_.url(), options);
  }
  void start_unix() { instance_ = make_instance("unix:" + path_); }
  void start_tcp() { instance_ = make_instance("127.0.0.1:0"); }

  nats::Connection connection() {
    if (!connection_) {
      auto made = nats::connect_and_wait(thread_.loop(), nats::ConnectOptions(server_.url()));
      EXPECT_TRUE(made.ok()) << made.status();
      connection_.emplace(*made);
    }
    return *connection_;
  }
  probe::v1::ProbeBlockingClient client(RouteChoice route = RouteChoice::kDirect) {
    return probe::v1::ProbeBlockingClient(connection(), ClientOptions().set_route(route));
  }

  static Task<absl::StatusOr<ListenerCounts>> read_counts(Server& server) {
    co_return *server.direct_counts();
  }
  static ListenerCounts counts(ProbeInstance& instance) {
    return *block_on(instance.loop(), read_counts(instance.server()));
  }
  std::uint64_t refused(Refusal refusal) {
    return counts(*instance_).refused[static_cast<std::size_t>(refusal)];
  }

  Task<absl::Status> publish(std::string subject, std::string body) {
    co_return connection_->publish(subject, body);
  }
  nlohmann::json ticket() {
    const std::string id = instance_->server().instance_ids().front();
    const auto reply = block_on(
        thread_.loop(), testing::ask(connection(), concat("probe.v1.Probe._.", id, ".direct")));
    EXPECT_TRUE(reply.ok()) << reply.status();
    return nlohmann::json::parse(*reply);
  }

  LineSocket dial_unix() const { return LineSocket::at_path(path_); }
  /// A connection to a port of 127.0.0.1 from 127.0.0.`host`, of which nothing is left when it has
  /// been closed.
  static LineSocket connect_from(int host, std::uint16_t port) {
    const int made = ::socket(AF_INET, SOCK_STREAM, 0);
    const linger none{1, 0};
    EXPECT_EQ(::setsockopt(made, SOL_SOCKET, SO_LINGER, &none, sizeof(none)), 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl((127u << 24) + static_cast<unsigned>(host));
    EXPECT_EQ(::bind(made, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    EXPECT_EQ(::connect(made, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    return LineSocket::adopt(made);
  }
  std::uint16_t port() {
    const std::string address = ticket()["addresses"][0];
    return static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  }
  /// A link opened by hand.
  LineSocket enter() {
    const nlohmann::json ours = ticket();
    LineSocket socket = dial_unix();
    socket.send(
        concat("CONNECT {\"ticket\":\"", ours["socket_token"].get<std::string>(), "\"}\r\n"));
    const std::string info = socket.read_line();
    EXPECT_EQ(info, concat("INFO {\"proof\":\"", ours["proof"].get<std::string>(), "\"}"));
    return socket;
  }
  void expect_alive() {
    const auto reply = client().Echo(echo("alive"), CallOptions().set_timeout(seconds(30)));
    EXPECT_TRUE(reply.ok()) << reply.status();
  }

  testing::NatsServer server_;
  LoopThread thread_;
  const std::string path_;
  std::optional<nats::Connection> connection_;
  std::unique_ptr<ProbeInstance> instance_;
};

// --- who is let in

TEST_F(Direct, ATicketSaysWhereToGoAndHowToKnowWhoIsThere) {
  start_tcp();
  const nlohmann::json given = ticket();
  EXPECT_EQ(given["instance"], instance_->server().instance_ids().front());
  EXPECT_THAT(given["addresses"][0].get<std::string>(), ::testing::StartsWith("tcp://127.0.0.1:"));
  EXPECT_EQ(given["token"].get<std::string>().size(), 32u);
  EXPECT_THAT(given["certificate"].get<std::string>(), ::testing::StartsWith("sha256:"));
  EXPECT_NE(ticket()["token"], given["token"]);
}

TEST_F(Direct, AnInstanceAnnouncesWhereItIsReachedRatherThanWhereItListens) {
  instance_ = make_instance("127.0.0.1:0=127.0.0.1:1");
  EXPECT_EQ(ticket()["addresses"], nlohmann::json({"tcp://127.0.0.1:1"}));
  // Nobody is reached there, and that is not hidden.
  const auto nowhere = client().Echo(echo("x"), CallOptions().set_timeout(seconds(5)));
  EXPECT_TRUE(absl::IsUnavailable(nowhere.status())) << nowhere.status();
  EXPECT_TRUE(client(RouteChoice::kAuto).Echo(echo("x")).ok());

  connection_.reset();  // and with it what the client knows of instances
  instance_ = make_instance("0.0.0.0:0=127.0.0.9:0");
  EXPECT_THAT(ticket()["addresses"][0].get<std::string>(),
              ::testing::StartsWith("tcp://127.0.0.9:"));
  EXPECT_NE(port(), 0);
  expect_alive();
}

TEST_F(Direct, ALinkIsEnteredWithATicketOnce) {
  start_unix();
  const nlohmann::json given = ticket();
  const std::string line =
      concat("CONNECT {\"ticket\":\"", given["socket_token"].get<std::string>(), "\"}\r\n");
  LineSocket first = dial_unix();
  first.send(line);
  EXPECT_THAT(first.read_line(), ::testing::StartsWith("INFO "));
  LineSocket second = dial_unix();
  second.send(line);
  EXPECT_THAT(second.read_line(), ::testing::StartsWith("-ERR 'the ticket has been used"));
  second.wait_for_end();
  EXPECT_EQ(refused(Refusal::kUsedTicket), 1u);
  first.send("PING\r\n");
  EXPECT_EQ(first.read_line(), "PONG");
  expect_alive();
}

TEST_F(Direct, WithoutATicketNobodyComesIn) {
  start_unix();
  std::uint64_t expected = 0;
  for (const char* text : {"PING\r\n", "PUB probe.v1.Probe.Echo a 0\r\n\r\n",
                           "CONNECT {}\r\nPUB probe.v1.Probe.Echo a 0\r\n\r\n"}) {
    LineSocket socket = dial_unix();
    socket.send(text);
    EXPECT_THAT(socket.read_line(), ::testing::StartsWith("-ERR "));
    socket.wait_for_end();
    EXPECT_EQ(refused(Refusal::kNoTicket), ++expected);
  }
  LineSocket guesses = dial_unix();
  guesses.send("CONNECT {\"ticket\":\"00000000000000000000000000000000\"}\r\n");
  EXPECT_THAT(guesses.read_line(), ::testing::StartsWith("-ERR 'the ticket is not known"));
  EXPECT_EQ(refused(Refusal::kUnknownTicket), 1u);
  EXPECT_EQ(instance_->probe().calls, 0);
  expect_alive();
}

TEST_F(Direct, OfWhatIsNoFrameNothingIsRead) {
  start_unix();
  std::uint64_t expected = 0;
  for (const std::string& text : {std::string("GET / HTTP/1.1\r\n"), std::string(5000, 'x'),
                                  std::string("SUB > 1\r\n"), std::string(64, '\0') + "\r\n"}) {
    LineSocket socket = dial_unix();
    socket.send(text);
    EXPECT_THAT(socket.read_line(), ::testing::StartsWith("-ERR "));
    socket.wait_for_end();
    EXPECT_EQ(refused(Refusal::kProtocol), ++expected);
  }
  expect_alive();
}

TEST_F(Direct, AGiantFrameEndsItsLinkBeforeItHasCome) {
  start_unix();
  LineSocket socket = enter();
  socket.send("PUB probe.v1.Probe.Echo _R.1 1048577\r\n");
  EXPECT_THAT(socket.read_line(), ::testing::HasSubstr("over the limit of 1048576"));
  socket.wait_for_end();
  EXPECT_EQ(refused(Refusal::kProtocol), 1u);
  expect_alive();
}

TEST_F(Direct, ALinkLeadsToItsOwnServiceOnly) {
  start_unix();
  LineSocket socket = enter();
  for (const char* subject : {"calc.Calc.Average", "$SRV.PING", "probe.v1.Probe._.schema",
                              "probe.v1.Probe.echo", "_INBOX.x"}) {
    socket.send(concat("PUB ", subject, " _R.1 0\r\n\r\n"));
    EXPECT_EQ(socket.read_line(), "HPUB _R.1 16 16");
    EXPECT_EQ(socket.read_line(), "NATS/1.0 503");
    EXPECT_EQ(socket.read_line(), "");
    EXPECT_EQ(socket.read_line(), "");
  }
  EXPECT_EQ(refused(Refusal::kForeignSubject), 5u);
  socket.send("PUB probe.v1.Probe.Echo _R.2 0\r\n\r\n");
  EXPECT_EQ(socket.read_line(), "PUB _R.2 0");
}

TEST_F(Direct, TheFirstAnswersLeaveWhileOthersAreMade) {
  constexpr int kCalls = 100;
  // Holds the loop up in the last call until the first has its answer.
  class Hold final : public Middleware {
   public:
    explicit Hold(std::future<void> answered) : answered_(std::move(answered)) {}
    Task<absl::Status> handle(MiddlewareCall&, Next next) override {
      absl::Status status = co_await next();
      if (++calls_ == kCalls) {
        EXPECT_EQ(answered_.wait_for(seconds(10)), std::future_status::ready);
      }
      co_return status;
    }

   private:
    std::future<void> answered_;
    int calls_ = 0;
  };
  std::promise<void> answered;
  ServerOptions options;
  options.set_direct({"unix:" + path_});
  options.add_middleware(std::make_shared<Hold>(answered.get_future()));
  instance_ = std::make_unique<ProbeInstance>(server_.url(), options);
  LineSocket socket = enter();
  const std::string request = echo(std::string(200, 'x')).SerializeAsString();
  std::string calls;
  for (int i = 0; i < kCalls; ++i) {
    calls += concat("PUB probe.v1.Probe.Echo _R.", i, " ", request.size(), "\r\n", request, "\r\n");
  }
  socket.send(calls);
  for (int i = 0; i < kCalls; ++i) {
    EXPECT_EQ(socket.read_line(), concat("PUB _R.", i, " ", request.size()));
    EXPECT_EQ(socket.read_bytes(request.size() + 2), request + "\r\n");
    if (i == 0) answered.set_value();
  }
}

TEST_F(Direct, WhoIsSlowIsLeft) {
  start_unix();
  LineSocket silent = dial_unix();
  LineSocket dripping = dial_unix();
  dripping.send("CONNECT {");
  silent.wait_for_end();
  dripping.wait_for_end();
  EXPECT_EQ(refused(Refusal::kSlow), 2u);
  expect_alive();
}

// The token that one shows over TLS is nothing that one who listens at a path could use, or steal.
TEST_F(Direct, ATokenOfTcpOpensNoUnixSocket) {
  start_unix();
  LineSocket socket = dial_unix();
  socket.send(concat("CONNECT {\"ticket\":\"", ticket()["token"].get<std::string>(), "\"}\r\n"));
  EXPECT_THAT(socket.read_line(), ::testing::StartsWith("-ERR "));
  socket.wait_for_end();
  EXPECT_EQ(refused(Refusal::kUnknownTicket), 1u);
  EXPECT_EQ(counts(*instance_).entered, 0u);
  expect_alive();
}

TEST_F(Direct, OverTcpNothingPassesInTheClear) {
  start_tcp();
  const std::uint16_t there = port();
  {
    LineSocket socket(there);
    socket.send(concat("CONNECT {\"ticket\":\"", ticket()["token"].get<std::string>(), "\"}\r\n"));
    socket.wait_for_end();
  }
  EXPECT_EQ(refused(Refusal::kTls), 1u);
  EXPECT_EQ(counts(*instance_).entered, 0u);
  expect_alive();
}

TEST_F(Direct, ThousandsOfConnectionsAreBoundedAndTheServiceGoesOn) {
  start_unix();
  const auto direct = client();
  ASSERT_TRUE(direct.Echo(echo("x")).ok());  // its link stands
  std::vector<LineSocket> sockets;
  for (int i = 0; i < 600; ++i) sockets.push_back(dial_unix());
  eventually([&] { return refused(Refusal::kFull) >= 300; });
  EXPECT_TRUE(direct.Echo(echo("x")).ok());
  sockets.clear();
  for (int i = 0; i < 3000; ++i) dial_unix();
  EXPECT_TRUE(direct.Echo(echo("x")).ok());
  EXPECT_EQ(counts(*instance_).links, 1u);
  eventually([&] { return refused(Refusal::kFull) + refused(Refusal::kNoTicket) >= 3600; });
}

// From several addresses, so that what the system remembers of closed connections leaves ports.
TEST_F(Direct, AFloodOfTcpConnectionsIsRefusedAndCountedWhileCallsGoOn) {
  constexpr int kConnections = 10'000;
  constexpr std::size_t kHeld = 400;
  start_tcp();
  const auto direct = client();
  ASSERT_TRUE(direct.Echo(echo("x")).ok());  // its link stands
  const std::uint16_t there = port();
  std::deque<LineSocket> held;
  auto slowest = Deadline::Duration::zero();
  for (int i = 0; i < kConnections; ++i) {
    held.push_back(connect_from(2 + i % 8, there));
    if (held.size() > kHeld) held.pop_front();
    if (i % 100 != 0) continue;
    const auto start = Deadline::Clock::now();
    const auto reply = direct.Echo(echo("x"));
    ASSERT_TRUE(reply.ok()) << reply.status();
    slowest = std::max(slowest, Deadline::Clock::now() - start);
  }
  // So many are there at once that not all are let in, however late the service comes to them.
  eventually([&] { return refused(Refusal::kFull) > 0; });
  held.clear();
  EXPECT_LT(slowest, seconds(1));
  const auto all_refused = [&] {
    return refused(Refusal::kFull) + refused(Refusal::kTls) + refused(Refusal::kSlow);
  };
  eventually([&] { return all_refused() >= kConnections; });
  EXPECT_EQ(all_refused(), kConnections);
  EXPECT_EQ(counts(*instance_).links, 1u);
  EXPECT_EQ(counts(*instance_).entered, 1u);
  connection_.reset();
  expect_alive();  // and who comes now is let in
}

TEST_F(Direct, AUnixSocketIsForItsOwnerAndGroupAndGoesWithTheService) {
  start_unix();
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0660u);
  instance_.reset();
  EXPECT_NE(::stat(path_.c_str(), &status), 0);
}

TEST_F(Direct, ASocketThatIsLeftOverIsReplacedAndOneThatLivesIsNot) {
  const int living = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path_.copy(address.sun_path, sizeof(address.sun_path) - 1);
  ASSERT_EQ(::bind(living, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  ASSERT_EQ(::listen(living, 0), 0);
  {
    // Its queue is full, and nobody takes from it.
    const LineSocket queued = dial_unix();
    EXPECT_THROW(start_unix(), std::exception);
  }
  ::close(living);
  start_unix();
  expect_alive();
}

TEST_F(Direct, WhatCannotBeListenedAtIsAnErrorThatNamesIt) {
  for (const auto& [address, reason] :
       {std::pair("127.0.0.1", "it has no port"),
        std::pair("unix:///nowhere/x.sock", "No such file"),
        std::pair(":0=host:7000", "no IP address"),
        std::pair("192.0.2.1:0", "Cannot assign requested address")}) {
    try {
      ProbeInstance instance(server_.url(), ServerOptions().set_direct({address}));
      ADD_FAILURE() << address;
    } catch (const std::exception& error) {
      EXPECT_THAT(error.what(), ::testing::HasSubstr(address));
      EXPECT_THAT(error.what(), ::testing::HasSubstr(reason));
    }
  }
}

// --- calls and the ends of links

Task<void> echo_until(probe::v1::ProbeClient client, const bool& stop, int& answered,
                      std::vector<absl::Status>& failures) {
  const EchoRequest request = echo("x");
  while (!stop) {
    const auto reply = co_await client.Echo(request);
    if (reply.ok()) {
      ++answered;
    } else {
      failures.push_back(reply.status());
    }
  }
}

Task<absl::Status> load(TaskScope& scope, probe::v1::ProbeClient client, const bool& stop,
                        int& answered, std::vector<absl::Status>& failures) {
  for (int i = 0; i < 32; ++i) scope.spawn(echo_until(client, stop, answered, failures));
  co_return absl::OkStatus();
}

Task<absl::Status> unload(TaskScope& scope, bool& stop) {
  stop = true;
  co_await scope.join();
  co_return absl::OkStatus();
}

TEST_F(Direct, AStopLosesNoCall) {
  for (const RouteChoice route : {RouteChoice::kAuto, RouteChoice::kDirect}) {
    connection_.reset();  // and with it what the client knows of instances
    auto staying = make_instance("127.0.0.1:0");
    auto leaving = make_instance("127.0.0.1:0");
    bool stop = false;
    int answered = 0;
    std::vector<absl::Status> failures;
    const probe::v1::ProbeClient calling(connection(), ClientOptions().set_route(route));
    TaskScope scope(thread_.loop());
    ASSERT_TRUE(block_on(thread_.loop(), load(scope, calling, stop, answered, failures)).ok());
    eventually([&] { return counts(*leaving).links == 1 && counts(*staying).links == 1; });
    eventually([&, before = leaving->probe().calls.load()] {
      return leaving->probe().calls > before + 100;
    });
    EXPECT_TRUE(leaving->stop(seconds(10)).ok());
    eventually([&, before = staying->probe().calls.load()] {
      return staying->probe().calls > before + 100;
    });
    ASSERT_TRUE(block_on(thread_.loop(), unload(scope, stop)).ok());
    EXPECT_TRUE(failures.empty()) << failures.size() << " calls failed: " << failures.front();
  }
}

TEST_F(Direct, WhoDoesNotHeedAGoodbyeCannotHoldUpAStop) {
  start_unix();
  LineSocket socket = enter();
  socket.send("PUB probe.v1.Probe.Hold _R.held 0\r\n\r\n");
  instance_->probe().gate.await(1);
  absl::Status stopped;
  std::thread stopping([&] { stopped = instance_->stop(seconds(10)); });
  EXPECT_THAT(socket.read_line(), ::testing::HasSubstr("\"ldm\":true"));
  const auto start = Deadline::Clock::now();
  // A while it is as if nothing were: the goodbye may not have come yet.
  std::string answer;
  while (answer != "HPUB _R.1 16 16") {
    socket.send("PUB probe.v1.Probe.Echo _R.1 0\r\n\r\n");
    answer = socket.read_line();
    if (answer == "PUB _R.1 0") {
      EXPECT_EQ(socket.read_line(), "");
    }
    ASSERT_LT(Deadline::Clock::now() - start, seconds(8));
  }
  EXPECT_GT(instance_->probe().calls, 0);
  EXPECT_EQ(socket.read_line(), "NATS/1.0 503");
  instance_->probe().gate.open();
  stopping.join();
  EXPECT_TRUE(stopped.ok()) << stopped;
}

TEST_F(Direct, AutoGoesThroughNatsUntilALinkStandsAndBackWhenItEnds) {
  start_tcp();
  const auto calling = client(RouteChoice::kAuto);
  const auto sent = [&] { return connection().statistics().messages_out; };
  ASSERT_TRUE(calling.Echo(echo("x")).ok());
  eventually([&] {
    EXPECT_TRUE(calling.Echo(echo("x")).ok());
    return counts(*instance_).links == 1;
  });
  eventually([&] {
    const std::uint64_t before = sent();
    EXPECT_TRUE(calling.Echo(echo("x")).ok());
    return sent() == before;
  });
  auto other = make_instance("");  // takes no links
  instance_.reset();
  EXPECT_TRUE(calling.Echo(echo("x")).ok());
  EXPECT_EQ(other->probe().calls, 1);
}

TEST_F(Direct, AutoAsksNobodyForAFewCalls) {
  start_tcp();
  const auto calling = client(RouteChoice::kAuto);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(calling.Echo(echo("x")).ok());
  EXPECT_EQ(connection().statistics().messages_out, 10u);
}

TEST_F(Direct, InstancesThatComeAreNoticed) {
  start_tcp();
  const auto calling = client();
  ASSERT_TRUE(calling.Echo(echo("x")).ok());
  auto second = make_instance("unix:" + path_);
  eventually([&] {
    EXPECT_TRUE(calling.Echo(echo("x")).ok());
    return second->probe().calls > 0;
  });
}

Task<void> hold(probe::v1::ProbeClient client, Cancellation& by, absl::Status& outcome) {
  const EchoRequest request = echo("x");
  const CallOptions options = CallOptions().set_timeout(seconds(60)).set_cancellation(&by);
  const auto reply = co_await client.Hold(request, options);
  outcome = reply.status();
}

// Returns how a call ends that is given up once it runs.
Task<absl::Status> give_up(probe::v1::ProbeClient client, ProbeInstance& instance, Loop& loop) {
  Cancellation cancellation;
  absl::Status status;
  TaskScope scope(loop);
  scope.spawn(hold(client, cancellation, status));
  while (instance.probe().gate.arrived() < 1) co_await loop.sleep(milliseconds(1));
  cancellation.cancel();
  co_await scope.join();
  co_return status;
}

TEST_F(Direct, ACallThatIsGivenUpIsCancelledAtTheInstance) {
  start_unix();
  const probe::v1::ProbeClient calling(connection(),
                                       ClientOptions().set_route(RouteChoice::kDirect));
  const absl::Status status =
      block_on(thread_.loop(), give_up(calling, *instance_, thread_.loop()));
  EXPECT_TRUE(absl::IsCancelled(status)) << status;
  ASSERT_TRUE(client().Echo(echo("behind it on the link")).ok());
  instance_->probe().gate.open();
  eventually([&] { return instance_->probe().cancelled == 1; });
}

// Reply subjects are each caller's own choice, so two may choose the same one, or guess it.
TEST_F(Direct, ALinkCancelsOnlyItsOwnCalls) {
  start_unix();
  LineSocket one = enter();
  one.send("PUB probe.v1.Probe.Hold _R.1 0\r\n\r\n");
  instance_->probe().gate.await(1);
  LineSocket other = enter();
  other.send("PUB probe.v1.Probe.Hold _R.1 0\r\n\r\n");
  instance_->probe().gate.await(2);
  ASSERT_TRUE(block_on(thread_.loop(), publish("probe.v1.Probe._.cancel", "_R.1")).ok());
  ticket();  // behind it
  other.send("PUB probe.v1.Probe._.cancel 4\r\n_R.1\r\nPING\r\n");
  EXPECT_EQ(other.read_line(), "PONG");
  instance_->probe().gate.open();
  EXPECT_THAT(one.read_line(), ::testing::StartsWith("PUB _R.1 "));
  eventually([&] { return instance_->probe().cancelled == 1; });
}

TEST_F(Direct, TheCallsOfALinkThatEndsAreCancelled) {
  start_unix();
  {
    LineSocket socket = enter();
    socket.send("PUB probe.v1.Probe.Hold _R.1 0\r\n\r\n");
    instance_->probe().gate.await(1);
  }
  eventually([&] { return counts(*instance_).links == 0; });
  instance_->probe().gate.open();
  eventually([&] { return instance_->probe().cancelled == 1; });
  expect_alive();
}

TEST_F(Direct, AMessageThatIsTooLargeIsRefusedHereWithBothSizes) {
  start_unix();
  const auto calling = client();
  const auto reply = calling.Echo(echo(std::string(1 << 20, 'x')));
  EXPECT_TRUE(absl::IsResourceExhausted(reply.status())) << reply.status();
  EXPECT_THAT(std::string(reply.status().message()), ::testing::HasSubstr("1048576 at most"));
  ASSERT_TRUE(calling.Echo(echo("x")).ok());
}

// --- instances that lie, and networks that fail

TEST_F(Direct, WhoCannotProveToBeTheInstanceGetsNoCalls) {
  FakeInstance fake(thread_.loop(), connection(), "probe.v1.Probe", path_, "another");
  std::thread server([&] { fake.accept().wait_for_end(); });
  const auto reply = client().Echo(echo("x"), CallOptions().set_timeout(seconds(5)));
  server.join();
  EXPECT_TRUE(absl::IsUnavailable(reply.status())) << reply.status();
  EXPECT_FALSE(may_have_executed(reply.status()));
  EXPECT_THAT(std::string(reply.status().message()),
              ::testing::StartsWith("no instance of probe.v1.Probe is reachable by a direct link "
                                    "(instance FAKE: "));
}

TEST_F(Direct, WhoDemandsALinkIsToldWhyThereIsNone) {
  const auto instance = make_instance("");
  const auto none = client().Echo(echo("x"), CallOptions().set_timeout(seconds(30)));
  EXPECT_EQ(none.status().message(),
            "no instance of probe.v1.Probe is reachable by a direct link (none takes any); start "
            "some with --direct, or leave the route open");
  connection_.reset();
  FakeInstance fake(thread_.loop(), connection(), "probe.v1.Probe", path_, "p");
  fake.close();
  const auto away = client().Echo(echo("x"), CallOptions().set_timeout(seconds(30)));
  EXPECT_EQ(away.status().message(),
            "no instance of probe.v1.Probe is reachable by a direct link (instance FAKE: it has no "
            "address that can be reached from here); start some with --direct, or leave the route "
            "open");
}

TEST_F(Direct, ALinkThatIsCutUnderACallRepeatsItOnlyIfThatIsHarmless) {
  for (const bool idempotent : {true, false}) {
    connection_.reset();  // and with it what the client knows of instances
    FakeInstance fake(thread_.loop(), connection(), "probe.v1.Probe", path_, "p");
    const auto calling = client(RouteChoice::kAuto);
    auto real = make_instance("");
    std::atomic<bool> cut = false;
    std::thread server([&] {
      {
        LineSocket socket = fake.accept();
        EXPECT_THAT(socket.read_line(), ::testing::StartsWith("HPUB probe.v1.Probe.Echo _DIRECT."));
      }  // and the link ends
      cut = true;
    });
    // Through NATS until the link stands.
    absl::Status status;
    int made = 0;
    const CallOptions options = CallOptions().set_idempotent(idempotent);
    for (int after = 0; after < 10 && status.ok(); after += cut ? 1 : 0, ++made) {
      status = calling.Echo(echo("x"), options).status();
    }
    server.join();
    if (idempotent) {
      EXPECT_TRUE(status.ok()) << status;
      EXPECT_EQ(real->probe().calls, made);
    } else {
      EXPECT_TRUE(absl::IsUnavailable(status)) << status;
      EXPECT_TRUE(may_have_executed(status));
      EXPECT_EQ(real->probe().calls, made - 1);
    }
  }
}

// It cannot have run when it is sent for the second time, since there is nowhere to go; but before.
TEST_F(Direct, ACallThatMayHaveRunSaysSoAlsoIfItsRepetitionCannotHave) {
  FakeInstance fake(thread_.loop(), connection(), "probe.v1.Probe", path_, "p");
  std::thread server([&] {
    LineSocket socket = fake.accept();
    EXPECT_THAT(socket.read_line(), ::testing::StartsWith("HPUB probe.v1.Probe.Echo _DIRECT."));
    fake.close();
  });
  const CallOptions options = CallOptions().set_idempotent(true).set_timeout(seconds(5));
  const absl::Status status = client().Echo(echo("x"), options).status();
  server.join();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_TRUE(may_have_executed(status)) << status;
}

TEST_F(Direct, AnInstanceThatFallsSilentIsNoticedInTime) {
  FakeInstance fake(thread_.loop(), connection(), "probe.v1.Probe", path_, "p");
  bool silent = false;
  std::thread server([&] {
    LineSocket socket = fake.accept();
    EXPECT_THAT(socket.read_line(), ::testing::StartsWith("HPUB probe.v1.Probe.Echo _DIRECT."));
    silent = true;
    socket.wait_for_end();
  });
  auto real = make_instance("");
  const auto calling = client(RouteChoice::kAuto);
  const CallOptions options = CallOptions().set_idempotent(true);
  auto slowest = Deadline::Duration::zero();
  const auto end = Deadline::Clock::now() + seconds(8);
  while (Deadline::Clock::now() < end && slowest < seconds(1)) {
    const auto start = Deadline::Clock::now();
    const auto reply = calling.Echo(echo("x"), options);
    ASSERT_TRUE(reply.ok()) << reply.status();
    slowest = std::max(slowest, Deadline::Clock::now() - start);
  }
  server.join();
  EXPECT_TRUE(silent);
  EXPECT_GE(slowest, seconds(2));
  EXPECT_LE(slowest, milliseconds(4500));
}

}  // namespace
}  // namespace fairlead
