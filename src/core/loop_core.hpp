#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <thread>
#include <typeindex>
#include <typeinfo>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "fairlead/deadline.hpp"
#include "fairlead/task.hpp"

#include "core/deadline_wheel.hpp"

namespace fairlead {

class ManualTime;

/// Something that lives on a loop until it has ended by itself, or the loop's end ends it.
class LoopResident {
 public:
  virtual ~LoopResident() = default;
  /// The loop is being destroyed: end, so that all coroutines that wait here can finish.
  virtual void shut_down() = 0;
};

/// The inside of a Loop: the Asio context and the one timer that all deadlines share.
///
/// A timer for each call would cost a system call each (timerfd_settime); one timer on the wheel's
/// earliest bucket costs none while deadlines are met.
class LoopCore {
 public:
  /// `time` is what a test moves; null: the time of the steady clock.
  explicit LoopCore(std::shared_ptr<ManualTime> time);
  ~LoopCore();

  boost::asio::io_context& context() { return context_; }
  Deadline::TimePoint now() const { return Deadline::Clock::now(); }
  /// Null: the steady clock's.
  ManualTime* manual_time() const { return time_.get(); }

  /// Arms `node` on the loop's wheel. On the loop's thread.
  void arm(DeadlineNode& node, Deadline deadline);

  /// Runs `task` on the loop and keeps `resident` alive until it has ended.
  void keep(std::shared_ptr<LoopResident> resident, Task<void> task);

  /// What another component keeps for each loop: one resident of each type, made of this object at
  /// its first use, and ended with the loop. On the loop's thread.
  template <typename Resident>
  Resident& resource() {
    std::unique_ptr<LoopResident>& held = resources_[std::type_index(typeid(Resident))];
    if (!held) held = std::make_unique<Resident>(*this);
    return static_cast<Resident&>(*held);
  }

  void run();
  bool is_current() const { return running_on_.load() == std::this_thread::get_id(); }

 private:
  void schedule();
  void on_timer();
  void run_by_hand();
  bool move_time();
  void advance_wheel();

  const std::shared_ptr<ManualTime> time_;
  boost::asio::io_context context_;
  std::map<std::type_index, std::unique_ptr<LoopResident>> resources_;
  std::set<std::shared_ptr<LoopResident>> residents_;
  DeadlineWheel wheel_;
  boost::asio::steady_timer timer_;
  std::optional<Deadline::TimePoint> scheduled_;
  bool advancing_ = false;
  std::atomic<std::thread::id> running_on_;
};

}  // namespace fairlead
