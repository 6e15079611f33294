// What metrics and traces cost: calls of Average through nats-server to an App without --metrics
// and with it, scraped each second; with traces on both sides besides, of which none is sampled, or
// one of a hundred, which is exported; and with metrics of the handler's own. Service and client
// have a loop and a process each. The calls of the client are counted in all of them. The processor
// time of the service is told too: it is less shaken by what else runs.
//
//   bench_telemetry [SECONDS [ROUNDS]]
#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fairlead/app.hpp"
#include "fairlead/testing/nats_server.hpp"

#include "bench/rpc_nats/sides.hpp"
#include "bench/telemetry/receiver.hpp"
#include "calc.fairlead.hpp"

namespace fairlead::bench {
namespace {

enum class Metering { kOff, kOn, kUnsampled, kSampled, kOwn };

constexpr Metering kAll[] = {Metering::kOff, Metering::kOn, Metering::kUnsampled,
                             Metering::kSampled, Metering::kOwn};
constexpr const char* kNames[] = {"off", "--metrics", "and unsampled traces", "and 1 % of traces",
                                  "--metrics and own ones"};

bool is_traced(Metering metering) {
  return metering == Metering::kUnsampled || metering == Metering::kSampled;
}

// Of this process, which is about to serve or to call.
void set_tracing(Metering metering, const std::string& receiver) {
  if (!is_traced(metering)) return;
  setenv("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.c_str(), 1);
  setenv("OTEL_TRACES_SAMPLER", "parentbased_traceidratio", 1);
  setenv("OTEL_TRACES_SAMPLER_ARG", metering == Metering::kSampled ? "0.01" : "0", 1);
}

const CounterMetric kSums("bench_sums_total", "Sums that were made.", {"kind"});
const HistogramMetric kCounts("bench_values", "How many values had a mean.", {}, {1, 10, 100});

struct Calc {
  Task<calc::CalcResponse> Average(Context& context, calc::AverageRequest request) {
    if (own) {
      context.metrics().add(kSums, 1, {"average"});
      context.metrics().observe(kCounts, request.values_size());
    }
    float sum = 0;
    for (const float value : request.values()) sum += value;
    calc::CalcResponse response;
    response.set_operation("average");
    response.set_result(sum / static_cast<float>(request.values_size()));
    co_return response;
  }
  calc::CalcResponse Add(const calc::AddRequest&) { return {}; }
  calc::CalcResponse Expression(const calc::ExpressionRequest&) { return {}; }

  bool own = false;
};

int serve(const std::string& url, Metering metering) {
  const auto handler = std::make_shared<Calc>();
  handler->own = metering == Metering::kOwn;
  App app("calc");
  app.add(calc::CalcService::bind(handler));
  const char* arguments[] = {"calc", "run", "--nats", url.c_str(), "--metrics", "127.0.0.1:0"};
  return app.run(metering == Metering::kOff ? 4 : 6, arguments);
}

[[noreturn]] void give_up(const char* why) {
  std::fprintf(stderr, "bench_telemetry: %s\n", why);
  std::exit(1);
}

/// A service in a process of its own, until stop().
class ServiceProcess {
 public:
  ServiceProcess(const std::string& url, Metering metering, const std::string& receiver) {
    int ends[2];
    if (pipe(ends) != 0) give_up("no pipe");
    std::fflush(stdout);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(ends[1], STDERR_FILENO);
      close(ends[0]);
      close(ends[1]);
      set_tracing(metering, receiver);
      _exit(serve(url, metering));
    }
    close(ends[1]);
    log_ = fdopen(ends[0], "r");
    char line[512];
    while (std::fgets(line, sizeof(line), log_)) {
      constexpr const char* kAddress = "metrics at http://127.0.0.1:";
      if (const char* found = std::strstr(line, kAddress)) {
        port_ = static_cast<std::uint16_t>(std::atoi(found + std::strlen(kAddress)));
      }
      if (std::strstr(line, "serving")) return;
    }
    give_up("the service did not start");
  }

  /// Ends it; returns the seconds of processor time that it has taken.
  double stop() {
    kill(pid_, SIGTERM);
    while (std::fgetc(log_) != EOF) continue;
    std::fclose(log_);
    rusage usage = {};
    wait4(pid_, nullptr, 0, &usage);
    const auto seconds = [](const timeval& time) {
      return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
  }
  ServiceProcess(const ServiceProcess&) = delete;
  ServiceProcess& operator=(const ServiceProcess&) = delete;

  /// Of its metrics; 0 if it shows none.
  std::uint16_t port() const { return port_; }

 private:
  pid_t pid_ = -1;
  std::uint16_t port_ = 0;
  FILE* log_ = nullptr;
};

void scrape(std::uint16_t port) {
  constexpr std::string_view kRequest = "GET /metrics HTTP/1.1\r\nHost: bench\r\n\r\n";
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      write(socket, kRequest.data(), kRequest.size()) < 0) {
    give_up("the metrics cannot be read");
  }
  std::string page;
  char bytes[16384];
  for (ssize_t size = 0; (size = read(socket, bytes, sizeof(bytes))) > 0;) {
    page.append(bytes, static_cast<std::size_t>(size));
  }
  close(socket);
  if (page.find("fairlead_server_handled_total{") == std::string::npos) {
    give_up("the metrics are not there");
  }
}

/// Makes `work` each second, first after half of one, until the object ends.
class EachSecond {
 public:
  template <typename Work>
  explicit EachSecond(Work work)
      : thread_([this, work] {
          int tenths = 5;
          while (!ended_) {
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
            if (--tenths > 0) continue;
            tenths = 10;
            work();
          }
        }) {}
  ~EachSecond() {
    ended_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> ended_ = false;
  std::thread thread_;
};

Result call(const Load& load, Metering metering, const std::string& receiver) {
  int ends[2];
  if (pipe(ends) != 0) give_up("no pipe");
  const pid_t pid = fork();
  if (pid == 0) {
    set_tracing(metering, receiver);
    const Result result = call_with_fairlead(load, false);
    _exit(write(ends[1], &result, sizeof(result)) == sizeof(result) ? 0 : 1);
  }
  close(ends[1]);
  Result result;
  if (read(ends[0], &result, sizeof(result)) != sizeof(result)) give_up("the client failed");
  close(ends[0]);
  waitpid(pid, nullptr, 0);
  return result;
}

struct Measured {
  Result result;
  double service_microseconds = 0;  // of processor time, for each call
};

Measured measure(const std::string& url, Load load, Metering metering) {
  Receiver receiver;
  load.traced = is_traced(metering);
  ServiceProcess service(url, metering, receiver.url());
  Measured measured;
  if (service.port() == 0) {
    measured.result = call(load, metering, receiver.url());
  } else {
    const EachSecond scraper([port = service.port()] { scrape(port); });
    measured.result = call(load, metering, receiver.url());
  }
  // The calls of the tenth by which clients warm up are not among those that they count.
  const double calls = measured.result.calls_per_second * load.seconds * 1.1;
  measured.service_microseconds = service.stop() * 1e6 / calls;
  const bool exported = receiver.requests() > 0;
  if (exported != (metering == Metering::kSampled)) give_up("traces went astray");
  return measured;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

int run(double seconds, int rounds) {
  testing::NatsServer server;
  Load load;
  load.host = "127.0.0.1";
  load.port =
      static_cast<std::uint16_t>(std::stoi(server.url().substr(server.url().rfind(':') + 1)));
  load.seconds = seconds;
  std::printf("Average of three floats to an App; medians of %d rounds of %g s\n\n", rounds,
              seconds);
  std::printf("%-22s %9s %12s %9s %9s %7s %15s %7s\n", "telemetry", "in flight", "calls/s",
              "p50 us", "p99 us", "ratio", "service CPU us", "ratio");
  for (const int in_flight : {64, 512}) {
    load.in_flight = in_flight;
    // Rounds go round the kinds, so that a slow moment of the machine hits all of them, each time
    // with another first; ratios are of one round, for what holds in the one may not in the next.
    std::vector<double> rates[std::size(kAll)], ratios[std::size(kAll)];
    std::vector<double> p50[std::size(kAll)], p99[std::size(kAll)];
    std::vector<double> cpu[std::size(kAll)], cpu_ratios[std::size(kAll)];
    for (int round = 0; round < rounds; ++round) {
      for (std::size_t turn = 0; turn < std::size(kAll); ++turn) {
        const std::size_t index = (turn + static_cast<std::size_t>(round)) % std::size(kAll);
        const Measured measured = measure(server.url(), load, kAll[index]);
        if (measured.result.failed > 0) give_up("calls failed");
        rates[index].push_back(measured.result.calls_per_second);
        p50[index].push_back(measured.result.p50_microseconds);
        p99[index].push_back(measured.result.p99_microseconds);
        cpu[index].push_back(measured.service_microseconds);
      }
      for (std::size_t index = 0; index < std::size(kAll); ++index) {
        ratios[index].push_back(rates[index].back() / rates[0].back());
        cpu_ratios[index].push_back(cpu[index].back() / cpu[0].back());
      }
    }
    for (const Metering metering : kAll) {
      const auto index = static_cast<std::size_t>(metering);
      std::printf("%-22s %9d %12.0f %9.1f %9.1f %7.3f %15.2f %7.3f\n", kNames[index], in_flight,
                  median(rates[index]), median(p50[index]), median(p99[index]),
                  median(ratios[index]), median(cpu[index]), median(cpu_ratios[index]));
      std::fflush(stdout);
    }
  }
  return 0;
}

}  // namespace
}  // namespace fairlead::bench

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 1;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 15;
  if (seconds <= 0 || rounds <= 0) {
    std::fprintf(stderr, "usage: bench_telemetry [SECONDS [ROUNDS]]\n");
    return 2;
  }
  return fairlead::bench::run(seconds, rounds);
}
