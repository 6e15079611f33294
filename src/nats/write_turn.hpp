#pragma once

#include <algorithm>
#include <cstddef>

namespace fairlead::nats {

/// When what a link's turn makes is written: at its end, all together, or once there is enough for
/// the server to work on while the rest is made. The next write can only begin when that one has
/// ended. A turn is the handling of what a read has brought.
class WriteTurn {
 public:
  /// Enough, in bytes. Less makes more work, above all for the server, than is gained by doing it
  /// at the same time.
  static constexpr std::size_t kEnough = 16 << 10;
  /// Enough where turns make less than that: all that they make would wait for their end.
  static constexpr std::size_t kEnoughOfLittle = 3 << 10;

  /// `waiting` is what has not been handed to a write.
  void begin(std::size_t waiting) {
    open_ = true;
    before_ = waiting;
    written_ = 0;
  }
  void end(std::size_t waiting) {
    open_ = false;
    const std::size_t made = written_ + waiting - before_;
    // Turns that make little come between those that make much, too: forget these slowly.
    most_ = std::max(made, most_ - most_ / 8);
  }

  bool may_write(std::size_t waiting) const {
    if (!open_) return waiting > 0;
    return waiting >= (most_ < kEnough ? kEnoughOfLittle : kEnough);
  }
  /// So much has been handed to a write.
  void on_write(std::size_t bytes) { written_ += bytes; }

 private:
  bool open_ = false;
  std::size_t before_ = 0;      // what waited when the turn began
  std::size_t written_ = 0;     // since then
  std::size_t most_ = kEnough;  // that a turn made lately
};

}  // namespace fairlead::nats
