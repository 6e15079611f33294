// Streams with grpc++, its synchronous interface on both sides: a service and a client in processes
// of their own, over loopback TCP and without a broker. The same loads as bench_stream.
//
//   grpc_stream [ROUNDS]
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>

#include <grpcpp/grpcpp.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stream.grpc.pb.h"

namespace {

using bench::Chunk;
using bench::Order;
using bench::Receipt;
using Clock = std::chrono::steady_clock;

class Mover final : public bench::Mover::Service {
  grpc::Status Give(grpc::ServerContext*, const Order* order,
                    grpc::ServerWriter<Chunk>* stream) override {
    Chunk chunk;
    chunk.set_data(std::string(static_cast<std::size_t>(order->bytes()), 'x'));
    for (std::int64_t i = 0; i < order->messages() && stream->Write(chunk); ++i) continue;
    return grpc::Status::OK;
  }
  grpc::Status Take(grpc::ServerContext*, grpc::ServerReader<Chunk>* stream,
                    Receipt* receipt) override {
    Chunk chunk;
    std::int64_t messages = 0;
    while (stream->Read(&chunk)) ++messages;
    receipt->set_messages(messages);
    return grpc::Status::OK;
  }
  grpc::Status Echo(grpc::ServerContext*, grpc::ServerReaderWriter<Chunk, Chunk>* stream) override {
    Chunk chunk;
    while (stream->Read(&chunk)) stream->Write(chunk);
    return grpc::Status::OK;
  }
};

struct Load {
  std::int64_t bytes;
  std::int64_t messages;
};

template <typename Stream>
void write_all(Stream& stream, Load load) {
  Chunk chunk;
  chunk.set_data(std::string(static_cast<std::size_t>(load.bytes), 'x'));
  for (std::int64_t i = 0; i < load.messages && stream.Write(chunk); ++i) continue;
  stream.WritesDone();
}

template <typename Stream>
std::int64_t read_all(Stream& stream) {
  Chunk chunk;
  std::int64_t messages = 0;
  while (stream.Read(&chunk)) ++messages;
  return messages;
}

std::int64_t move(bench::Mover::Stub& stub, int kind, Load load) {
  grpc::ClientContext context;
  if (kind == 0) {
    Order order;
    order.set_messages(load.messages);
    order.set_bytes(load.bytes);
    const auto stream = stub.Give(&context, order);
    const std::int64_t messages = read_all(*stream);
    return stream->Finish().ok() ? messages : 0;
  }
  if (kind == 1) {
    Receipt receipt;
    const auto stream = stub.Take(&context, &receipt);
    write_all(*stream, load);
    return stream->Finish().ok() ? receipt.messages() : 0;
  }
  const auto stream = stub.Echo(&context);
  std::thread writer([&] { write_all(*stream, load); });
  const std::int64_t messages = read_all(*stream);
  writer.join();
  return stream->Finish().ok() ? messages : 0;
}

[[noreturn]] void serve(int out) {
  Mover mover;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&mover);
  const auto server = builder.BuildAndStart();
  if (write(out, &port, sizeof(port)) != sizeof(port)) _exit(1);
  server->Wait();
  _exit(0);
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = std::max(1, argc > 1 ? std::atoi(argv[1]) : 3);
  int pipes[2];
  if (pipe(pipes) != 0) return 1;
  const pid_t service = fork();
  if (service == 0) serve(pipes[1]);
  int port = 0;
  if (read(pipes[0], &port, sizeof(port)) != sizeof(port)) return 1;
  const auto channel =
      grpc::CreateChannel("127.0.0.1:" + std::to_string(port), grpc::InsecureChannelCredentials());
  const auto stub = bench::Mover::NewStub(channel);
  std::printf("One stream with grpc++ %s, no broker; best of %d rounds\n\n",
              grpc::Version().c_str(), rounds);
  std::printf("%-16s %10s %14s %10s\n", "", "bytes", "messages/s", "MiB/s");
  const char* const names[] = {"server stream", "client stream", "bidirectional"};
  for (int kind = 0; kind < 3; ++kind) {
    for (const Load load : {Load{64, 300'000}, Load{4 << 10, 100'000}, Load{256 << 10, 4'000}}) {
      double best = 0;
      for (int round = 0; round < rounds; ++round) {
        const auto from = Clock::now();
        const std::int64_t messages = move(*stub, kind, load);
        const std::chrono::duration<double> taken = Clock::now() - from;
        if (messages != load.messages) std::printf("not all messages came\n");
        best = std::max(best, static_cast<double>(messages) / taken.count());
      }
      std::printf("%-16s %10lld %14.0f %10.1f\n", names[kind], static_cast<long long>(load.bytes),
                  best, best * static_cast<double>(load.bytes) / (1 << 20));
      std::fflush(stdout);
    }
  }
  kill(service, SIGTERM);
  waitpid(service, nullptr, 0);
  return 0;
}
