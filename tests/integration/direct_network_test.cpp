// Direct links between hosts that do not all reach each other: networks of the system's own, in
// which links can be cut. Needs root and iproute2.
#include <cstdlib>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include <gtest/gtest.h>

#include "fairlead/block_on.hpp"
#include "fairlead/task_scope.hpp"
#include "fairlead/testing/host.hpp"
#include "fairlead/testing/nats_server.hpp"

#include "core/strings.hpp"
#include "tests/integration/eventually.hpp"
#include "tests/integration/network_namespace.hpp"
#include "tests/integration/probe.hpp"

namespace fairlead {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::eventually;
using testing::NetworkNamespace;

/// How often each call was run, by its text, and by which instance.
class Runs {
 public:
  void add(const std::string& instance, const std::string& call) {
    const std::lock_guard lock(mutex_);
    ++runs_[call];
    ++of_instance_[instance];
  }
  int of(const std::string& call) {
    const std::lock_guard lock(mutex_);
    return runs_[call];
  }
  int by(const std::string& instance) {
    const std::lock_guard lock(mutex_);
    return of_instance_[instance];
  }

 private:
  std::mutex mutex_;
  std::map<std::string, int> runs_;
  std::map<std::string, int> of_instance_;
};

/// Handlers that keep account.
class CountingProbe : public testing::Probe {
 public:
  CountingProbe(std::string instance, Runs& runs) : instance_(std::move(instance)), runs_(runs) {}

  Task<absl::StatusOr<EchoReply>> Echo(Context&, probe::v1::EchoRequest request) {
    runs_.add(instance_, request.text());
    co_return EchoReply();
  }

 private:
  const std::string instance_;
  Runs& runs_;
};

/// What became of the calls of a load.
struct Load {
  bool stop = false;
  int started = 0;
  std::atomic<int> answered = 0;
  std::map<std::string, absl::Status> idempotent;
  std::map<std::string, absl::Status> others;
};

Task<void> call_until(Loop& loop, probe::v1::ProbeClient client, bool idempotent, Load& load) {
  auto& outcomes = idempotent ? load.idempotent : load.others;
  const CallOptions options = CallOptions().set_timeout(seconds(15)).set_idempotent(idempotent);
  while (!load.stop) {
    probe::v1::EchoRequest request;
    request.set_text(concat(++load.started));
    const auto reply = co_await client.Echo(request, options);
    outcomes[request.text()] = reply.status();
    if (reply.ok()) ++load.answered;
    co_await loop.sleep(milliseconds(1));
  }
}

Task<absl::Status> begin(TaskScope& scope, Loop& loop, probe::v1::ProbeClient client, Load& load) {
  for (int i = 0; i < 16; ++i) scope.spawn(call_until(loop, client, i % 2 == 0, load));
  co_return absl::OkStatus();
}

Task<absl::Status> end(TaskScope& scope, Load& load) {
  load.stop = true;
  co_await scope.join();
  co_return absl::OkStatus();
}

class DirectNetworks : public ::testing::Test {
 protected:
  static constexpr const char* kNoCommand = "there is no command ip (iproute2)";

  void SetUp() override {
    const bool has_ip = std::system("ip -V > /dev/null 2>&1") == 0;
    // A failure where the set-up script is meant to have installed all.
    const char* const ci = std::getenv("CI");
    if (!has_ip && ci && std::string_view(ci) == "true") FAIL() << kNoCommand;
    if (!has_ip) GTEST_SKIP() << kNoCommand;
    here_.emplace();
    // No set-up script can give what a container was not given.
    if (!here_->was_made()) GTEST_SKIP() << "this user may not make network namespaces";
    here_->enter();
  }
  void TearDown() override {
    if (here_) here_->leave();
  }

  static void ip(const std::string& arguments) {
    EXPECT_EQ(std::system(concat("ip ", arguments).c_str()), 0) << arguments;
  }
  /// A cable from here, 10.77.`net`.1, to `there`, 10.77.`net`.2, which is called `name` here.
  static void lay_cable(const NetworkNamespace& there, const std::string& name, int net) {
    ip(concat("link add ", name, " type veth peer name peer netns ", there.path()));
    ip(concat("address add 10.77.", net, ".1/24 dev ", name));
    ip(concat("link set ", name, " up"));
    there.within([&] {
      ip(concat("link set peer name ", name));
      ip(concat("address add 10.77.", net, ".2/24 dev ", name));
      ip(concat("link set ", name, " up"));
    });
  }
  /// An instance on a host whose cable to NATS is that of `net`.
  std::unique_ptr<testing::Host> make_instance(const NetworkNamespace& there, int net,
                                               const std::string& name, const std::string& direct) {
    const std::string url = concat("nats://10.77.", net, ".1:", server_->port());
    return there.within([&] {
      return std::make_unique<testing::Host>(
          probe::v1::ProbeService::bind(std::make_shared<CountingProbe>(name, runs_)),
          testing::HostOptions().set_nats(url).set_server(ServerOptions().set_direct({direct})));
    });
  }

  std::optional<NetworkNamespace> here_;
  std::optional<testing::NatsServer> server_;
  Runs runs_;
};

TEST_F(DirectNetworks, AutoTakesLinksToWhoCanBeReachedAndGetsOverTheirLoss) {
  ip("link set lo up");
  const NetworkNamespace near;
  const NetworkNamespace far;
  lay_cable(near, "near", 1);
  lay_cable(far, "far", 2);
  lay_cable(near, "direct", 3);
  // Where whatever goes there is swallowed: that host forwards nothing.
  ip("route add 10.77.9.0/24 via 10.77.1.2");

  server_.emplace(std::vector<std::string>{"-a", "0.0.0.0"});
  const auto reached = make_instance(near, 1, "reached", "10.77.3.2:0");
  const auto unreached = make_instance(far, 2, "unreached", ":0=10.77.9.9:7000");

  LoopThread thread;
  const auto connection =
      nats::connect_and_wait(thread.loop(), nats::ConnectOptions(server_->url()));
  ASSERT_TRUE(connection.ok()) << connection.status();
  Load load;
  {
    TaskScope scope(thread.loop());
    const probe::v1::ProbeClient client(*connection);
    ASSERT_TRUE(block_on(thread.loop(), begin(scope, thread.loop(), client, load)).ok());
    const auto go_on_at = [&](const std::string& one, const std::string& other) {
      // Both get calls through NATS, and one alone does over links.
      eventually([&, before_one = runs_.by(one), before_other = runs_.by(other)]() mutable {
        const bool only = runs_.by(other) == before_other;
        if (!only) {
          before_one = runs_.by(one);
          before_other = runs_.by(other);
        }
        return only && runs_.by(one) > before_one + 300;
      });
    };
    go_on_at("reached", "unreached");
    ip("link set direct down");
    eventually(
        [&, before = runs_.by("unreached")] { return runs_.by("unreached") > before + 100; });
    ip("link set direct up");
    go_on_at("reached", "unreached");
    ASSERT_TRUE(block_on(thread.loop(), end(scope, load)).ok());
  }

  EXPECT_GT(load.idempotent.size(), 500u);
  for (const auto& [call, status] : load.idempotent) EXPECT_TRUE(status.ok()) << status;
  int lost = 0;
  for (const auto& [call, status] : load.others) {
    if (status.ok()) {
      EXPECT_EQ(runs_.of(call), 1);
      continue;
    }
    ++lost;
    EXPECT_TRUE(absl::IsUnavailable(status)) << status;
    EXPECT_LE(runs_.of(call), may_have_executed(status) ? 1 : 0) << status;
  }
  // Those that were under way when the cable was cut.
  EXPECT_GT(lost, 0);
  EXPECT_LE(lost, 8);
}

}  // namespace
}  // namespace fairlead
