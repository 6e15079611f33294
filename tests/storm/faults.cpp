#include "tests/storm/faults.hpp"

#include <csignal>
#include <stdexcept>
#include <utility>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace fairlead::testing {

using std::chrono::milliseconds;

Faults::Faults(Loop& loop, std::string url, const SharedFile& shared, std::uint64_t seed)
    : loop_(loop), url_(std::move(url)), shared_(shared), random_(seed) {
  processes_.fill(-1);
}

Faults::~Faults() {
  for (std::size_t i = 0; i < kInstances; ++i) kill(i);
}

int Faults::pick(int least, int most) {
  return std::uniform_int_distribution<int>(least, most)(random_);
}

Task<bool> Faults::start() {
  for (std::size_t i = 0; i < kInstances; ++i) {
    const bool started = co_await start(i);
    if (!started) co_return false;
  }
  co_return true;
}

Task<bool> Faults::start(std::size_t index) {
  const std::size_t life = next_life_++;
  if (life >= Shared::kLives) throw std::runtime_error("too many instances were killed");
  lives_[index] = life;
  std::string words[] = {"storm",        "--instance",          url_,
                         shared_.path(), std::to_string(index), std::to_string(life)};
  char* arguments[] = {words[0].data(), words[1].data(), words[2].data(), words[3].data(),
                       words[4].data(), words[5].data(), nullptr};
  if (posix_spawn(&processes_[index], "/proc/self/exe", nullptr, nullptr, arguments, environ) !=
      0) {
    throw std::runtime_error("an instance cannot be started");
  }
  const Deadline end = Deadline::after(std::chrono::seconds(20));
  while (!shared_->lives[life].ready) {
    if (end.passed()) co_return false;
    co_await loop_.sleep(milliseconds(1));
  }
  co_return true;
}

void Faults::kill(std::size_t index) {
  pid_t& process = processes_[index];
  if (process < 0) return;
  ::kill(process, SIGKILL);
  waitpid(process, nullptr, 0);
  process = -1;
}

Task<void> Faults::rage(Deadline end) {
  while (!end.passed()) {
    co_await loop_.sleep(milliseconds(pick(100, 1000)));
    co_await break_one();
  }
}

Task<void> Faults::break_one() {
  const auto index = static_cast<std::size_t>(pick(0, kInstances - 1));
  switch (pick(0, 2)) {
    case 0: {
      kill(index);
      ++kills_;
      ++done_["killed"];
      co_await loop_.sleep(milliseconds(pick(0, 1000)));
      const bool started = co_await start(index);
      if (!started) throw std::runtime_error("an instance did not come back");
      break;
    }
    case 1:
      ::kill(processes_[index], SIGSTOP);
      ++done_["stopped"];
      co_await loop_.sleep(milliseconds(pick(100, 4000)));
      ::kill(processes_[index], SIGCONT);
      break;
    default:
      shared_->delay[index] = static_cast<std::uint32_t>(pick(10, 1000));
      ++done_["slowed"];
      co_await loop_.sleep(milliseconds(pick(100, 4000)));
      shared_->delay[index] = 0;
  }
}

std::uint64_t Faults::open_streams() const {
  std::uint64_t open = 0;
  for (const std::size_t life : lives_) {
    const Shared::Life& counts = shared_->lives[life];
    open += counts.streams_begun - counts.streams_ended;
  }
  return open;
}

}  // namespace fairlead::testing
