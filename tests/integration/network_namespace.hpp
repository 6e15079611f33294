#pragma once

#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include "core/strings.hpp"

namespace fairlead::testing {

/// A network of its own, which threads can be in: those that are started while this one is keep to
/// it. It goes with the last of them.
class NetworkNamespace {
 public:
  /// A new one, in which only loopback is, and that is down.
  NetworkNamespace() : outside_(open_current()) {
    made_ = ::unshare(CLONE_NEWNET) == 0;
    inside_ = open_current();
    leave();
  }
  ~NetworkNamespace() {
    ::close(inside_);
    ::close(outside_);
  }
  NetworkNamespace(const NetworkNamespace&) = delete;
  NetworkNamespace& operator=(const NetworkNamespace&) = delete;

  /// False where this process may not make any.
  bool was_made() const { return made_; }

  /// Takes the calling thread into it, until leave().
  void enter() const { EXPECT_EQ(::setns(inside_, CLONE_NEWNET), 0); }
  /// Takes it back to where the object was made.
  void leave() const {
    if (!made_) return;
    EXPECT_EQ(::setns(outside_, CLONE_NEWNET), 0);
  }
  /// Runs `work` in it.
  template <typename Work>
  auto within(Work work) const {
    struct Leave {
      const NetworkNamespace& inside;
      ~Leave() { inside.leave(); }
    };
    enter();
    const Leave leave{*this};
    return work();
  }

  /// As `ip link set dev … netns PATH` takes it.
  std::string path() const { return concat("/proc/", ::getpid(), "/fd/", inside_); }

 private:
  static int open_current() { return ::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC); }

  int outside_;
  int inside_ = -1;
  bool made_ = false;
};

}  // namespace fairlead::testing
