#include "core/waiter_list.hpp"

#include "core/loop_core.hpp"
#include "core/waiter.hpp"

namespace fairlead {

class WaiterList::Entry final : public DeadlineNode {
 public:
  Entry(std::list<Entry*>& list, Waiter& waiter)
      : list_(list), place_(list.insert(list.end(), this)), waiter_(waiter) {}
  ~Entry() override {
    if (!left_) list_.erase(place_);
  }

  void on_deadline() override { leave(); }
  void leave() {
    if (left_) return;
    left_ = true;
    list_.erase(place_);
    waiter_.wake();
  }

  bool woken = false;

 private:
  std::list<Entry*>& list_;
  std::list<Entry*>::iterator place_;
  Waiter& waiter_;
  bool left_ = false;
};

Task<bool> WaiterList::wait(LoopCore& core, Deadline deadline) {
  if (deadline.passed()) co_return false;
  Waiter waiter;
  Entry entry(entries_, waiter);
  core.arm(entry, deadline);
  co_await waiter.wait();
  co_return entry.woken;
}

Task<void> WaiterList::wait(Waiter& waiter) {
  const Entry entry(entries_, waiter);
  co_await waiter.wait();
}

void WaiterList::wake_all() {
  // Who is woken may wait here again, and may end another who waits: those that are to be woken
  // are the ones in front of what is last now.
  std::size_t count = entries_.size();
  while (count-- > 0 && wake_one()) continue;
}

bool WaiterList::wake_one() {
  if (entries_.empty()) return false;
  Entry* const entry = entries_.front();
  entry->woken = true;
  entry->unlink();
  entry->leave();
  return true;
}

}  // namespace fairlead
