// Streams through nats-server, a service and a client in processes of their own, one loop each; and
// to a service on the client's loop.
//
//   bench_stream [ROUNDS]
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

#include "fairlead/server.hpp"
#include "fairlead/task_scope.hpp"
#include "fairlead/testing/nats_server.hpp"

#include "bench/stream/handlers.hpp"
#include "stream.fairlead.hpp"

namespace fairlead::bench {
namespace {

using ::bench::Chunk;
using ::bench::MoverClient;
using Clock = std::chrono::steady_clock;

struct Load {
  std::int64_t bytes;
  std::int64_t messages;
};

Task<absl::Status> start(Server& server) {
  absl::Status status = server.add(::bench::MoverService::bind(std::make_shared<Mover>()));
  if (status.ok()) status = co_await server.start();
  co_return status;
}

[[noreturn]] void serve(const std::string& url, int ready) {
  Loop loop;
  auto connection = loop.run(nats::Connection::connect(loop, nats::ConnectOptions(url)));
  if (!connection.ok()) _exit(1);
  Server server(*connection, std::make_shared<WorkerPool>(1));
  if (!loop.run(start(server)).ok() || write(ready, "r", 1) != 1) _exit(1);
  loop.run();
  _exit(0);
}

Task<std::int64_t> give(MoverClient client, Load load) {
  ::bench::Order order;
  order.set_messages(load.messages);
  order.set_bytes(load.bytes);
  auto stream = client.Give(order);
  Chunk chunk;
  std::int64_t messages = 0;
  bool more = co_await stream.read(chunk);
  while (more) {
    ++messages;
    more = co_await stream.read(chunk);
  }
  const absl::Status status = co_await stream.finish();
  if (!status.ok()) std::printf("%s\n", status.ToString().c_str());
  co_return messages;
}

template <typename Stream>
Task<void> write_all(Stream& stream, Load load) {
  Chunk chunk;
  chunk.set_data(std::string(static_cast<std::size_t>(load.bytes), 'x'));
  for (std::int64_t i = 0; i < load.messages; ++i) {
    const absl::Status status = co_await stream.write(chunk);
    if (!status.ok()) co_return;
  }
}

Task<std::int64_t> take(MoverClient client, Load load) {
  auto stream = client.Take();
  co_await write_all(stream, load);
  const auto receipt = co_await stream.finish();
  if (!receipt.ok()) {
    std::printf("%s\n", receipt.status().ToString().c_str());
    co_return 0;
  }
  co_return receipt->messages();
}

Task<void> write_and_close(ClientReaderWriter<Chunk, Chunk>& stream, Load load) {
  co_await write_all(stream, load);
  stream.close_writing();
}

Task<std::int64_t> echo(MoverClient client, Load load, Loop& loop) {
  auto stream = client.Echo();
  TaskScope scope(loop);
  scope.spawn(write_and_close(stream, load));
  Chunk chunk;
  std::int64_t messages = 0;
  bool more = co_await stream.read(chunk);
  while (more) {
    ++messages;
    more = co_await stream.read(chunk);
  }
  const absl::Status status = co_await stream.finish();
  if (!status.ok()) std::printf("%s\n", status.ToString().c_str());
  co_await scope.join();
  co_return messages;
}

enum class Kind { kGive, kTake, kEcho };
constexpr const char* kNames[] = {"server stream", "client stream", "bidirectional"};

Task<double> measure(Channel channel, Kind kind, Load load) {
  MoverClient client(channel);
  const auto from = Clock::now();
  std::int64_t messages = 0;
  if (kind == Kind::kGive) messages = co_await give(client, load);
  if (kind == Kind::kTake) messages = co_await take(client, load);
  if (kind == Kind::kEcho) messages = co_await echo(client, load, channel.loop());
  const std::chrono::duration<double> taken = Clock::now() - from;
  if (messages != load.messages)
    std::printf("only %lld messages came\n", static_cast<long long>(messages));
  co_return static_cast<double>(messages) / taken.count();
}

Task<double> measure_remote(Loop& loop, std::string url, Kind kind, Load load) {
  auto connection = co_await nats::Connection::connect(loop, nats::ConnectOptions(url));
  if (!connection.ok()) co_return 0;
  const double rate = co_await measure(*connection, kind, load);
  connection->close();
  co_return rate;
}

Task<double> measure_local(Loop& loop, Kind kind, Load load) {
  const Channel channel(loop);
  Server server(channel, std::make_shared<WorkerPool>(1));
  const absl::Status started = co_await start(server);
  if (!started.ok()) co_return 0;
  const double rate = co_await measure(channel, kind, load);
  const absl::Status stopped = co_await server.stop(std::chrono::seconds(5));
  if (!stopped.ok()) std::printf("%s\n", stopped.ToString().c_str());
  co_return rate;
}

void print_table(const char* title, int rounds, const std::function<double(Kind, Load)>& measured) {
  std::printf("%s; best of %d rounds\n\n", title, rounds);
  std::printf("%-16s %10s %14s %10s\n", "", "bytes", "messages/s", "MiB/s");
  for (const Kind kind : {Kind::kGive, Kind::kTake, Kind::kEcho}) {
    for (const Load load : {Load{64, 1'000'000}, Load{4 << 10, 200'000}, Load{256 << 10, 4'000}}) {
      double best = 0;
      for (int round = 0; round < rounds; ++round) best = std::max(best, measured(kind, load));
      std::printf("%-16s %10lld %14.0f %10.1f\n", kNames[static_cast<int>(kind)],
                  static_cast<long long>(load.bytes), best,
                  best * static_cast<double>(load.bytes) / (1 << 20));
      std::fflush(stdout);
    }
  }
  std::printf("\n");
}

int run(int rounds) {
  testing::NatsServer server;
  int ready[2];
  if (pipe(ready) != 0) return 1;
  std::fflush(stdout);
  const pid_t service = fork();
  if (service == 0) serve(server.url(), ready[1]);
  char byte = 0;
  if (read(ready[0], &byte, 1) != 1) return 1;

  print_table("One stream through nats-server", rounds, [&](Kind kind, Load load) {
    Loop loop;
    return loop.run(measure_remote(loop, server.url(), kind, load));
  });
  kill(service, SIGTERM);
  waitpid(service, nullptr, 0);
  print_table("One stream to a service of the same loop", rounds, [](Kind kind, Load load) {
    Loop loop;
    return loop.run(measure_local(loop, kind, load));
  });
  return 0;
}

}  // namespace
}  // namespace fairlead::bench

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 3;
  if (rounds <= 0) {
    std::fprintf(stderr, "usage: bench_stream [ROUNDS]\n");
    return 2;
  }
  return fairlead::bench::run(rounds);
}
