#pragma once

#include <chrono>
#include <memory>

#include "fairlead/deadline.hpp"

namespace fairlead {
class ManualTime;
}

namespace fairlead::testing {

/// Time that a test moves, so that deadlines pass, backoffs end and breakers half-open at once:
///
///   fairlead::testing::ManualClock clock;
///   fairlead::testing::Host host(service, HostOptions().set_clock(clock));
///   calc::CalcClient client(host.channel());
///   auto reply = host.start(client.Average(request));  // of a handler that takes too long
///   clock.advance(2s);
///   EXPECT_TRUE(absl::IsDeadlineExceeded(reply.get().status()));
///
/// What follows it are the loop of one Host and the threads of its plain handlers: there
/// Deadline::Clock::now() tells its time, and so do deadlines, clients' layers and Loop::sleep().
/// Not the test's own threads, nor what knows nothing of Fairlead, as
/// std::this_thread::sleep_for(). Time has the grain of a millisecond.
///
/// Used on the test's thread.
class ManualClock {
 public:
  /// Starts with the time that it is.
  ManualClock();
  ~ManualClock();
  ManualClock(const ManualClock&) = delete;
  ManualClock& operator=(const ManualClock&) = delete;

  /// Lets `duration` pass, and returns when all that was due meanwhile has been done, in its order:
  /// time goes from one thing that is due to the next, as soon as the loop has nothing else to do
  /// and no plain handler runs. A plain handler that runs for longer than 200 ms of real time is
  /// held to wait for time to pass, and this advance() waits for it no more. Zero lets everything
  /// be done that can be done now.
  ///
  /// Throws std::logic_error in a handler, which cannot move the time that it lives in.
  void advance(std::chrono::milliseconds duration);

  /// Whether time passes by itself while the test waits for a call (a blocking client, block_on(),
  /// Host::start()) and nothing else can be done: a call that would take a minute takes none.
  /// Default: it does not.
  void set_automatic(bool automatic);

  /// The time that it is. From any thread.
  Deadline::TimePoint now() const;

  /// What other parts of Fairlead see of it; not for tests.
  const std::shared_ptr<ManualTime>& time() const { return time_; }

 private:
  std::shared_ptr<ManualTime> time_;
};

}  // namespace fairlead::testing
