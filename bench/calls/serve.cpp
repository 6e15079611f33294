#include <csignal>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include <poll.h>
#include <unistd.h>

#include "fairlead/app.hpp"

#include "bench/calls/handlers.hpp"
#include "bench/calls/sides.hpp"

namespace fairlead::bench {
namespace {

/// An App tells on the standard error stream that it serves. This reads along from a thread of its
/// own, passes everything on, and says `ready`; and it stops the App when the standard input ends.
class Attendant {
 public:
  explicit Attendant(std::string at) : at_(std::move(at)) {
    int ends[2];
    errors_ = dup(STDERR_FILENO);
    if (errors_ < 0 || pipe(ends) != 0 || dup2(ends[1], STDERR_FILENO) < 0) give_up("no pipe");
    close(ends[1]);
    log_ = ends[0];
    thread_ = std::thread([this] { attend(); });
  }
  ~Attendant() {
    dup2(errors_, STDERR_FILENO);  // the pipe's other end closes, and the thread ends
    thread_.join();
    close(log_);
    close(errors_);
  }
  Attendant(const Attendant&) = delete;
  Attendant& operator=(const Attendant&) = delete;

 private:
  void attend() {
    pollfd files[] = {{log_, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
    char bytes[4096];
    while (poll(files, std::size(files), -1) > 0) {
      if (files[1].revents != 0 && read(STDIN_FILENO, bytes, sizeof(bytes)) <= 0) {
        files[1].fd = -1;
        kill(getpid(), SIGTERM);
      }
      if (files[0].revents == 0) continue;
      const ssize_t size = read(log_, bytes, sizeof(bytes));
      if (size <= 0) return;
      const std::string_view text(bytes, static_cast<std::size_t>(size));
      if (!ready_) look_at(text);
      // What is told before calls come tells of a start that failed; of the rest errors matter,
      // too.
      if (write(errors_, text.data(), text.size()) < 0) return;
    }
  }

  void look_at(std::string_view text) {
    seen_.append(text);
    if (seen_.find(" serving ") == std::string::npos) return;
    ready_ = true;
    std::printf("ready %s\n", at_.c_str());
    std::fflush(stdout);
  }

  const std::string at_;
  int errors_ = -1;
  int log_ = -1;
  bool ready_ = false;
  std::string seen_;
  std::thread thread_;
};

}  // namespace

int serve(const Options& options) {
  const std::string workers = std::to_string(kWorkers);
  std::vector<const char*> arguments = {
      "bench_calls", "run",       "--nats",        options.at.c_str(), "--metrics",
      "127.0.0.1:0", "--workers", workers.c_str(), "--stop-timeout",   "2s"};
  const std::string path = "/tmp/fairlead-bench-" + std::to_string(getpid()) + ".sock";
  const std::string direct = options.way == Way::kUnix ? "unix:" + path : "127.0.0.1:0";
  if (options.way == Way::kLocal) give_up("a local service is served by who calls it");
  if (options.way != Way::kNats) {
    arguments.push_back("--direct");
    arguments.push_back(direct.c_str());
  }
  App app("bench_calls");
  app.add(make_service(options.plain));
  const Attendant attendant(options.at);
  const int code = app.run(static_cast<int>(arguments.size()), arguments.data());
  unlink(path.c_str());
  return code;
}

}  // namespace fairlead::bench
