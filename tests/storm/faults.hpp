#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <random>
#include <string>

#include <sys/types.h>

#include "fairlead/loop.hpp"
#include "fairlead/task.hpp"

#include "tests/storm/shared.hpp"

namespace fairlead::testing {

/// The instances, each a process, and what happens to them: one at a time is killed, stopped
/// (SIGSTOP) or slowed, at random, and is well again a while later.
class Faults {
 public:
  Faults(Loop& loop, std::string url, const SharedFile& shared, std::uint64_t seed);
  /// Kills all instances.
  ~Faults();
  Faults(const Faults&) = delete;
  Faults& operator=(const Faults&) = delete;

  /// Starts all instances and waits until they serve; false if one does not.
  Task<bool> start();

  /// Until `end`; afterwards all instances are well.
  Task<void> rage(Deadline end);

  /// How often what was done.
  const std::map<std::string, int>& done() const { return done_; }
  int kills() const { return kills_; }

  /// Streams that instances which are alive have begun and not ended.
  std::uint64_t open_streams() const;

 private:
  Task<bool> start(std::size_t index);
  void kill(std::size_t index);
  Task<void> break_one();
  int pick(int least, int most);

  Loop& loop_;
  const std::string url_;
  const SharedFile& shared_;
  std::mt19937_64 random_;
  std::array<pid_t, kInstances> processes_;
  std::array<std::size_t, kInstances> lives_ = {};
  std::size_t next_life_ = 0;
  int kills_ = 0;
  std::map<std::string, int> done_;
};

}  // namespace fairlead::testing
