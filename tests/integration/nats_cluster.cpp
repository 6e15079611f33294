#include "tests/integration/nats_cluster.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <stdexcept>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/integration/line_socket.hpp"

namespace fairlead::testing {

NatsCluster::NatsCluster(const std::string& configuration) {
  std::string routes;
  for (const PortReservation& route : routes_) {
    routes += (routes.empty() ? "" : ",") + std::string("nats://127.0.0.1:");
    routes += std::to_string(route.port());
  }
  for (std::size_t i = 0; i < kSize; ++i) {
    const std::string listen = "127.0.0.1:" + std::to_string(routes_[i].port());
    servers_[i] = std::make_unique<NatsServer>(
        std::vector<std::string>(), "server_name: server-" + std::to_string(i) +
                                        "\ncluster { name: test, listen: \"" + listen +
                                        "\", routes: [" + routes + "] }\n" + configuration);
  }
  wait_until_complete();
}

NatsServer& NatsCluster::at_port(std::uint16_t port) {
  for (const auto& server : servers_) {
    if (server->port() == port) return *server;
  }
  throw std::runtime_error("no server of the cluster has port " + std::to_string(port));
}

std::string NatsCluster::url() const {
  std::string list;
  for (const auto& server : servers_) list += (list.empty() ? "" : ",") + server->url();
  return list;
}

void NatsCluster::wait_until_complete() {
  std::vector<LineSocket> clients;
  for (const auto& server : servers_) {
    // A client of protocol 1 gets INFO again whenever the cluster changes.
    LineSocket& client = clients.emplace_back(server->port());
    client.send("CONNECT {\"verbose\":false,\"protocol\":1}\r\nSUB complete 1\r\nPING\r\n");
    std::size_t known = 0;
    while (known < kSize) {
      const std::string line = client.read_line();
      if (!line.starts_with("INFO ")) continue;
      const auto info = nlohmann::json::parse(line.substr(5), nullptr, false);
      known = info.contains("connect_urls") ? info["connect_urls"].size() : 0;
    }
  }
  // Servers of 2.10 and later know each other before all links between them stand, and do not tell
  // when that is so: what each publishes must reach all.
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  std::array<std::set<std::string>, kSize> heard;
  const auto all_heard = [&] {
    return std::all_of(heard.begin(), heard.end(),
                       [](const auto& by) { return by.size() == kSize; });
  };
  while (!all_heard()) {
    if (std::chrono::steady_clock::now() > end) {
      throw std::runtime_error("messages do not pass between the servers of the cluster");
    }
    for (std::size_t i = 0; i < kSize; ++i) {
      clients[i].send("PUB complete 1\r\n" + std::to_string(i) + "\r\n");
    }
    for (std::size_t i = 0; i < kSize; ++i) {
      clients[i].send("PING\r\n");
      std::string line;
      while ((line = clients[i].read_line()) != "PONG") {
        if (line.starts_with("MSG complete ")) heard[i].insert(clients[i].read_line());
      }
    }
  }
}

}  // namespace fairlead::testing
