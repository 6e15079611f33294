// Unary calls with grpc++, its callback interface on both sides: a service and a client in
// processes of their own, over loopback TCP in the clear, and without a broker. The same loads as
// bench_routes.
//
//   grpc_unary [SECONDS [ROUNDS]]
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <grpcpp/grpcpp.h>
#include <sys/wait.h>
#include <unistd.h>

#include "calc.grpc.pb.h"

namespace {

using Clock = std::chrono::steady_clock;

class Averager final : public calc::Calc::CallbackService {
  grpc::ServerUnaryReactor* Average(grpc::CallbackServerContext* context,
                                    const calc::AverageRequest* request,
                                    calc::CalcResponse* response) override {
    float sum = 0;
    for (const float value : request->values()) sum += value;
    response->set_operation("average");
    response->set_result(sum / static_cast<float>(request->values_size()));
    auto* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

[[noreturn]] void serve(int out) {
  Averager averager;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&averager);
  const auto server = builder.BuildAndStart();
  if (write(out, &port, sizeof(port)) != sizeof(port)) _exit(1);
  server->Wait();
  _exit(0);
}

/// The callers that run side by side, each with one call at a time.
class Callers {
 public:
  Callers(calc::Calc::Stub& stub, int count, Clock::duration length)
      : stub_(stub), end_(Clock::now() + length), callers_(static_cast<std::size_t>(count)) {
    running_ = count;
    for (Caller& caller : callers_) {
      for (const float value : {1.1f, 2.0f, 3.5f}) caller.request.add_values(value);
      caller.taken.reserve(1 << 20);
    }
  }

  /// Calls per second, and the median time of a call in microseconds.
  std::pair<double, double> run() {
    const auto start = Clock::now();
    for (Caller& caller : callers_) call(caller);
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return running_ == 0; });
    const std::chrono::duration<double> took = Clock::now() - start;
    std::vector<float> all;
    for (Caller& caller : callers_) all.insert(all.end(), caller.taken.begin(), caller.taken.end());
    if (all.empty()) return {0, 0};
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
    std::nth_element(all.begin(), middle, all.end());
    return {static_cast<double>(all.size()) / took.count(), *middle};
  }

 private:
  struct Caller {
    calc::AverageRequest request;
    calc::CalcResponse response;
    std::unique_ptr<grpc::ClientContext> context;
    Clock::time_point started;
    std::vector<float> taken;
  };

  void call(Caller& caller) {
    caller.context = std::make_unique<grpc::ClientContext>();
    caller.context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(5));
    caller.started = Clock::now();
    stub_.async()->Average(caller.context.get(), &caller.request, &caller.response,
                           [this, &caller](const grpc::Status& status) { ended(caller, status); });
  }

  void ended(Caller& caller, const grpc::Status& status) {
    if (!status.ok()) {
      std::fprintf(stderr, "grpc_unary: %s\n", status.error_message().c_str());
      _exit(1);
    }
    const auto now = Clock::now();
    caller.taken.push_back(std::chrono::duration<float, std::micro>(now - caller.started).count());
    if (now < end_) return call(caller);
    const std::lock_guard lock(mutex_);
    if (--running_ == 0) ended_.notify_all();
  }

  calc::Calc::Stub& stub_;
  const Clock::time_point end_;
  std::vector<Caller> callers_;
  std::mutex mutex_;
  std::condition_variable ended_;
  int running_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 1;
  const int rounds = std::max(1, argc > 2 ? std::atoi(argv[2]) : 5);
  int pipes[2];
  if (pipe(pipes) != 0) return 1;
  const pid_t service = fork();
  if (service == 0) serve(pipes[1]);
  int port = 0;
  if (read(pipes[0], &port, sizeof(port)) != sizeof(port)) return 1;
  const auto channel =
      grpc::CreateChannel("127.0.0.1:" + std::to_string(port), grpc::InsecureChannelCredentials());
  const auto stub = calc::Calc::NewStub(channel);
  const auto length = [](double time) {
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(time));
  };
  Callers(*stub, 1, length(seconds / 10)).run();  // warms up
  for (const int in_flight : {1, 64, 512}) {
    std::vector<std::pair<double, double>> found;
    for (int i = 0; i < rounds; ++i) {
      found.push_back(Callers(*stub, in_flight, length(seconds)).run());
    }
    std::sort(found.begin(), found.end());
    const auto& [calls, median] = found[found.size() / 2];
    std::printf("%-12s %9d %9.0f %9.0f %9.0f %9.1f\n", "grpc++", in_flight, calls,
                found.front().first, found.back().first, median);
    std::fflush(stdout);
  }
  kill(service, SIGTERM);
  waitpid(service, nullptr, 0);
  return 0;
}
