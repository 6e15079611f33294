#include "app/shutdown.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace fairlead {
namespace {

// Plays events, one word each, and writes down what is to be done after each.
std::string play(int loops, const std::vector<std::string>& events) {
  Shutdown shutdown(loops);
  std::string transcript;
  for (const std::string& event : events) {
    Shutdown::Action action = Shutdown::Action::kNone;
    if (event == "started") action = shutdown.on_started();
    if (event == "signal") action = shutdown.on_signal();
    if (event == "timeout") action = shutdown.on_timeout();
    if (event == "stopped") action = shutdown.on_ended(false, false);
    if (event == "gave-up") action = shutdown.on_ended(false, true);
    if (event == "failed") action = shutdown.on_ended(true, false);
    transcript += event + ": " + std::string(name_of(action)) + "\n";
  }
  return transcript + "exit " + std::to_string(shutdown.exit_code());
}

TEST(Shutdown, StopsInGoodOrder) {
  EXPECT_EQ(play(2, {"started", "started", "signal", "stopped", "stopped"}),
            "started: nothing\n"
            "started: announce\n"
            "signal: stop loops\n"
            "stopped: nothing\n"
            "stopped: finish\n"
            "exit 0");
}

TEST(Shutdown, ASecondSignalEndsAtOnce) {
  EXPECT_EQ(play(1, {"started", "signal", "signal", "stopped", "signal"}),
            "started: announce\n"
            "signal: stop loops\n"
            "signal: end now\n"
            "stopped: nothing\n"
            "signal: nothing\n"
            "exit 3");
}

TEST(Shutdown, AStopThatTakesTooLongEnds) {
  EXPECT_EQ(play(2, {"started", "started", "timeout", "signal", "stopped", "timeout"}),
            "started: nothing\n"
            "started: announce\n"
            "timeout: nothing\n"
            "signal: stop loops\n"
            "stopped: nothing\n"
            "timeout: end now\n"
            "exit 3");
}

TEST(Shutdown, GivenUpWorkIsToldByTheExitCode) {
  EXPECT_EQ(play(2, {"started", "started", "signal", "gave-up", "stopped"}),
            "started: nothing\n"
            "started: announce\n"
            "signal: stop loops\n"
            "gave-up: nothing\n"
            "stopped: end now\n"
            "exit 3");
}

TEST(Shutdown, ALoopThatFailsStopsTheOthers) {
  EXPECT_EQ(play(3, {"started", "started", "started", "failed", "gave-up", "stopped"}),
            "started: nothing\n"
            "started: nothing\n"
            "started: announce\n"
            "failed: stop loops\n"
            "gave-up: nothing\n"
            "stopped: end now\n"
            "exit 1");
}

TEST(Shutdown, FailingToStartIsNeverAnnounced) {
  EXPECT_EQ(play(1, {"failed"}),
            "failed: finish\n"
            "exit 1");
  EXPECT_EQ(play(2, {"failed", "started", "stopped"}),
            "failed: stop loops\n"
            "started: nothing\n"
            "stopped: finish\n"
            "exit 1");
}

TEST(Shutdown, ASignalWhileStartingStopsWhatHasStarted) {
  EXPECT_EQ(play(2, {"started", "signal", "started", "stopped", "stopped"}),
            "started: nothing\n"
            "signal: stop loops\n"
            "started: nothing\n"
            "stopped: nothing\n"
            "stopped: finish\n"
            "exit 0");
}

}  // namespace
}  // namespace fairlead
