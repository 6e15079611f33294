// How fast the machine is, by three things of which calls are made, so that figures of one machine
// can be read beside those of another.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fairlead/loop.hpp"

namespace {

using Clock = std::chrono::steady_clock;
using fairlead::Loop;
using fairlead::Task;

constexpr int kRounds = 5;

double nanoseconds_since(Clock::time_point start, int count) {
  const std::chrono::duration<double, std::nano> taken = Clock::now() - start;
  return taken.count() / count;
}

Task<std::uint64_t> child(std::uint64_t value) {
  co_return value;
}

Task<double> await_children() {
  constexpr int kCount = 1'000'000;
  std::uint64_t sum = 0;
  const auto start = Clock::now();
  for (std::uint64_t i = 0; i < kCount; ++i) sum += co_await child(i);
  const double taken = nanoseconds_since(start, kCount);
  if (sum != std::uint64_t{kCount} * (kCount - 1) / 2) std::abort();
  co_return taken;
}

double look_at_clock() {
  constexpr int kCount = 1'000'000;
  const auto start = Clock::now();
  for (int i = 0; i < kCount; ++i) static_cast<void>(Clock::now());
  return nanoseconds_since(start, kCount);
}

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

// Both processes sleep while they wait, so a round takes two wakings.
double ask_process() {
  constexpr int kCount = 2'000;
  int sockets[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) != 0) fail("socketpair");
  const pid_t other = fork();
  if (other < 0) fail("fork");
  if (other == 0) {
    close(sockets[0]);
    char byte = 0;
    while (read(sockets[1], &byte, 1) == 1 && write(sockets[1], &byte, 1) == 1) {
    }
    _exit(0);
  }
  close(sockets[1]);
  const auto start = Clock::now();
  for (int i = 0; i < kCount; ++i) {
    char byte = 'x';
    if (write(sockets[0], &byte, 1) != 1 || read(sockets[0], &byte, 1) != 1) {
      fail("asking the other process");
    }
  }
  const double taken = nanoseconds_since(start, kCount);
  close(sockets[0]);
  waitpid(other, nullptr, 0);
  return taken;
}

template <typename Measure>
double median_of(Measure measure) {
  std::vector<double> found;
  for (int i = 0; i < kRounds; ++i) found.push_back(measure());
  std::nth_element(found.begin(), found.begin() + kRounds / 2, found.end());
  return found[kRounds / 2];
}

}  // namespace

int main() {
  const double process = median_of(ask_process);  // before there is more than one thread
  Loop loop;
  const double await = median_of([&loop] { return loop.run(await_children()); });
  std::printf(
      "an awaited coroutine %.0f ns, a look at the clock %.0f ns, "
      "a byte to another process and back %.0f us\n",
      await, median_of(look_at_clock), process / 1e3);
  return 0;
}
