// Calls of generated clients when the way to the service breaks or is forbidden.
#include <thread>

#include <gtest/gtest.h>

#include "fairlead/block_on.hpp"
#include "fairlead/server.hpp"
#include "fairlead/testing/nats_server.hpp"

#include "core/strings.hpp"
#include "probe.fairlead.hpp"
#include "tests/integration/probe.hpp"

namespace fairlead {
namespace {

using probe::v1::EchoRequest;
using std::chrono::milliseconds;
using std::chrono::seconds;

nats::ConnectOptions quick_to_return(const std::string& url) {
  nats::ConnectOptions options(url);
  options.set_max_reconnects(-1).set_reconnect_wait(milliseconds(10), milliseconds(0));
  return options;
}

nats::Connection connect(Loop& loop, const std::string& url) {
  auto connection = nats::connect_and_wait(loop, quick_to_return(url));
  if (!connection.ok()) throw std::runtime_error(connection.status().ToString());
  return *connection;
}

/// The probe service on a connection of its own.
class Instance {
 public:
  explicit Instance(const std::string& url)
      : connection_(connect(thread_.loop(), url)),
        server_(std::make_unique<Server>(connection_, std::make_shared<WorkerPool>(2),
                                         ServerOptions())) {
    status_ = block_on(thread_.loop(), start(*server_, probe_));
  }
  ~Instance() {
    probe_->gate.open();
    const absl::Status ended = block_on(thread_.loop(), end(std::move(server_), connection_));
    EXPECT_TRUE(ended.ok()) << ended;
  }

  const absl::Status& status() const { return status_; }
  testing::Probe& probe() { return *probe_; }

 private:
  static Task<absl::Status> start(Server& server, std::shared_ptr<testing::Probe> probe) {
    absl::Status status = server.add(probe::v1::ProbeService::bind(probe));
    if (status.ok()) status = co_await server.start();
    co_return status;
  }
  static Task<absl::Status> end(std::unique_ptr<Server> server, nats::Connection connection) {
    const absl::Status stopped = co_await server->stop(seconds(10));
    server.reset();
    connection.close();
    co_return stopped;
  }

  LoopThread thread_;
  std::shared_ptr<testing::Probe> probe_ = std::make_shared<testing::Probe>();
  nats::Connection connection_;
  std::unique_ptr<Server> server_;
  absl::Status status_;
};

EchoRequest echo(const std::string& text) {
  EchoRequest request;
  request.set_text(text);
  return request;
}

TEST(CallSurvival, AServerThatComesBackServesTheSameClientAndService) {
  testing::NatsServer server;
  Instance instance(server.url());
  ASSERT_TRUE(instance.status().ok()) << instance.status();
  LoopThread thread;
  probe::v1::ProbeBlockingClient client(connect(thread.loop(), server.url()));
  ASSERT_TRUE(client.Echo(echo("before")).ok());

  server.kill();
  server.start();
  // Both come back by themselves, in whatever order; a call finds nobody until the service is back.
  const Deadline deadline = Deadline::after(seconds(20));
  auto reply = client.Echo(echo("after"));
  while (absl::IsUnavailable(reply.status()) && !deadline.passed()) {
    reply = client.Echo(echo("after"));
  }
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->text(), "after");
}

TEST(CallSurvival, ACallInFlightAtALossFailsAtOnceAndMayHaveRun) {
  testing::NatsServer server;
  Instance instance(server.url());
  LoopThread thread;
  const nats::Connection connection = connect(thread.loop(), server.url());
  probe::v1::ProbeClient client(connection);
  const auto call = [](probe::v1::ProbeClient& probe) -> Task<absl::Status> {
    const EchoRequest request = echo("held");
    CallOptions options;
    options.set_timeout(seconds(60));
    const auto reply = co_await probe.Hold(request, options);
    co_return reply.status();
  };
  std::thread killer([&] {
    instance.probe().gate.await(1);
    server.kill();
  });
  const auto start = Deadline::Clock::now();
  const absl::Status status = block_on(thread.loop(), call(client));
  killer.join();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_TRUE(nats::may_have_executed(status)) << status;
  EXPECT_EQ(status_origin(status), Origin::kLocal);
  EXPECT_LT(Deadline::Clock::now() - start, seconds(30));
}

TEST(CallSurvival, AForbiddenMethodIsDeniedAtOnce) {
  testing::NatsServer server({}, R"(authorization { users = [
    { user: service, password: s }
    { user: caller, password: c, permissions: { publish: { deny: "probe.v1.Probe.Echo" } } } ] })");
  Instance instance("nats://service:s@" + server.address());
  ASSERT_TRUE(instance.status().ok()) << instance.status();
  LoopThread thread;
  probe::v1::ProbeBlockingClient client(
      connect(thread.loop(), "nats://caller:c@" + server.address()));
  const auto denied = client.Echo(echo("x"), CallOptions().set_timeout(seconds(60)));
  EXPECT_TRUE(absl::IsPermissionDenied(denied.status())) << denied.status();
  EXPECT_TRUE(client.EchoBlocking(echo("y")).ok());
}

TEST(CallSurvival, AServiceThatMayNotServeSaysSo) {
  testing::NatsServer server({}, R"(authorization { users = [
    { user: service, password: s, permissions: { subscribe: { deny: "probe.v1.Probe.Echo" } } } ] })");
  Instance instance("nats://service:s@" + server.address());
  EXPECT_TRUE(absl::IsPermissionDenied(instance.status())) << instance.status();
  EXPECT_NE(message_of(instance.status()).find("probe.v1.Probe.Echo"), std::string_view::npos);
}

}  // namespace
}  // namespace fairlead
