#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "fairlead/deadline.hpp"

namespace fairlead {

/// Something that waits for a deadline on a DeadlineWheel: derive from it and implement
/// on_deadline(). It leaves the wheel when it is destroyed.
class DeadlineNode {
 public:
  DeadlineNode() = default;
  DeadlineNode(const DeadlineNode&) = delete;
  DeadlineNode& operator=(const DeadlineNode&) = delete;
  virtual ~DeadlineNode() { unlink(); }

  /// The deadline has passed; the node is off the wheel already and may be armed again.
  virtual void on_deadline() = 0;

  bool armed() const { return next_ != nullptr; }
  /// Leaves the wheel; nothing happens if it is not on one.
  void unlink();

 private:
  friend class DeadlineWheel;
  DeadlineNode* next_ = nullptr;
  DeadlineNode* previous_ = nullptr;
  std::uint64_t tick_ = 0;
};

/// A hierarchical timing wheel (Varghese and Lauck, SOSP 1987): four levels of 256 buckets of one
/// millisecond, so that arming and disarming a deadline cost a few list operations, however many
/// there are. It has no timer of its own: next_wake() says when to call advance().
class DeadlineWheel {
 public:
  using TimePoint = Deadline::TimePoint;

  explicit DeadlineWheel(TimePoint start);

  /// Arms `node` for `deadline`, moving it if it is armed. Never fires early; at most one
  /// millisecond late. "Never" disarms it.
  void arm(DeadlineNode& node, Deadline deadline);

  /// Fires all nodes whose deadline is at or before `now`, earliest millisecond first.
  void advance(TimePoint now);

  /// When advance() has something to do next, at the latest; nothing when no node is armed.
  std::optional<TimePoint> next_wake();

 private:
  static constexpr int kLevels = 4;
  static constexpr int kBits = 8;
  static constexpr std::size_t kBuckets = 1 << kBits;

  struct Bucket final : DeadlineNode {
    Bucket();
    ~Bucket() override;
    void on_deadline() override {}
    bool empty() const { return next_ == this; }
  };

  void insert(DeadlineNode& node);
  void fire(Bucket& bucket);
  void cascade();
  std::optional<std::uint64_t> next_tick();
  TimePoint point_of(std::uint64_t tick) const;

  TimePoint start_;
  std::uint64_t now_tick_ = 0;  // every bucket at or before it has been fired
  std::array<std::array<Bucket, kBuckets>, kLevels> buckets_;
  std::array<std::bitset<kBuckets>, kLevels> occupied_;  // may be set for a bucket emptied since
};

}  // namespace fairlead
