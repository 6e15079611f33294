#include "tests/fault/chaos.hpp"

namespace fairlead::testing {
namespace {

int pick(std::mt19937_64& random, int least, int most) {
  return std::uniform_int_distribution<int>(least, most)(random);
}

}  // namespace

Chaos::Chaos(NatsCluster& cluster, std::uint64_t seed) : cluster_(cluster) {
  for (std::size_t i = 0; i < NatsCluster::kSize; ++i) {
    network_[i] = std::make_unique<Proxy>(cluster_[i].port());
  }
  servers_thread_ = std::thread([this, seed] { break_servers(Random(seed)); });
  network_thread_ = std::thread([this, seed] { break_network(Random(seed + 1)); });
}

Chaos::~Chaos() {
  stop();
}

std::string Chaos::network_url() const {
  std::string list;
  for (const auto& proxy : network_) list += (list.empty() ? "" : ",") + proxy->url();
  return list;
}

std::map<std::string, int> Chaos::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ending_.notify_all();
  if (servers_thread_.joinable()) servers_thread_.join();
  if (network_thread_.joinable()) network_thread_.join();
  return done_;
}

bool Chaos::pause(Random& random, int least_milliseconds, int most_milliseconds) {
  const std::chrono::milliseconds duration(pick(random, least_milliseconds, most_milliseconds));
  std::unique_lock lock(mutex_);
  return !ending_.wait_for(lock, duration, [this] { return stopping_; });
}

void Chaos::did(const std::string& what) {
  const std::lock_guard lock(mutex_);
  ++done_[what];
}

void Chaos::break_servers(Random random) {
  while (pause(random, 50, 1000)) {
    NatsServer& server =
        cluster_[static_cast<std::size_t>(pick(random, 0, NatsCluster::kSize - 1))];
    switch (pick(random, 0, 3)) {
      case 0:
        server.kill();
        pause(random, 0, 500);
        server.start();
        did("killed");
        break;
      case 1:
        server.stop_gently();
        pause(random, 0, 500);
        server.start();
        did("stopped");
        break;
      case 2:
        server.freeze();
        pause(random, 50, 1500);
        server.thaw();
        did("frozen");
        break;
      default:
        server.lame_duck();
        server.wait_for_end();
        server.start();
        did("lame duck");
    }
    // One at a time: a second loss while the cluster is torn apart would be another test.
    cluster_.wait_until_complete();
  }
}

void Chaos::break_network(Random random) {
  while (pause(random, 10, 500)) {
    Proxy& proxy = *network_[static_cast<std::size_t>(pick(random, 0, NatsCluster::kSize - 1))];
    switch (pick(random, 0, 5)) {
      case 0:
        proxy.cut();
        did("network cut");
        break;
      case 1:
        proxy.refuse(true);
        proxy.cut();
        pause(random, 0, 500);
        proxy.refuse(false);
        did("network refused");
        break;
      case 2:
        proxy.delay(std::chrono::milliseconds(pick(random, 1, 100)));
        pause(random, 50, 500);
        proxy.delay(std::chrono::milliseconds(0));
        did("network slow");
        break;
      case 3:
        proxy.black_hole(true);
        pause(random, 50, 1000);
        proxy.black_hole(false);
        did("network silent");
        break;
      case 4:
        proxy.byte_by_byte(true);
        pause(random, 50, 300);
        proxy.byte_by_byte(false);
        did("network byte by byte");
        break;
      default:
        proxy.cut_after(static_cast<std::size_t>(pick(random, 1, 5000)));
        did("network cut within a frame");
    }
  }
}

}  // namespace fairlead::testing
