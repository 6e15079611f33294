#pragma once

namespace fairlead {

/// Something that can be cancelled, and is told so by a CancelList that it is on. It leaves the
/// list when it is destroyed.
class CancelNode {
 public:
  CancelNode() = default;
  CancelNode(const CancelNode&) = delete;
  CancelNode& operator=(const CancelNode&) = delete;
  virtual ~CancelNode() { leave(); }

  /// It has left the list already. May destroy this object, others on the list, and the list.
  virtual void on_cancel() = 0;

  void leave() {
    if (!next_) return;
    next_->previous_ = previous_;
    previous_->next_ = next_;
    next_ = previous_ = nullptr;
  }

 private:
  friend class CancelList;
  CancelNode* next_ = nullptr;
  CancelNode* previous_ = nullptr;
};

/// What is to be cancelled together. Used on one loop.
class CancelList {
 public:
  CancelList() { make_empty(head_); }
  ~CancelList() { clear(); }
  CancelList(const CancelList&) = delete;
  CancelList& operator=(const CancelList&) = delete;

  void add(CancelNode& node) {
    node.leave();
    node.next_ = &head_;
    node.previous_ = head_.previous_;
    head_.previous_->next_ = &node;
    head_.previous_ = &node;
  }

  /// Lets all go, which are then on no list.
  void clear() {
    while (head_.next_ != &head_) head_.next_->leave();
  }

  /// Cancels all that are on the list now, the oldest first.
  void cancel() {
    // By way of a list of its own: this one may be gone before the last is cancelled.
    Head taken;
    make_empty(taken);
    if (head_.next_ != &head_) {
      taken.next_ = head_.next_;
      taken.previous_ = head_.previous_;
      taken.next_->previous_ = taken.previous_->next_ = &taken;
      make_empty(head_);
    }
    while (taken.next_ != &taken) {
      CancelNode* const node = taken.next_;
      node->leave();
      node->on_cancel();
    }
  }

 private:
  struct Head final : CancelNode {
    void on_cancel() override {}
  };
  static void make_empty(Head& head) { head.next_ = head.previous_ = &head; }

  Head head_;
};

}  // namespace fairlead
