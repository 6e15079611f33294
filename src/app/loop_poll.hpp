#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "fairlead/task.hpp"

#include "app/loop_snapshot.hpp"

namespace fairlead {

/// A loop as it was heard of last.
struct PolledLoop {
  /// What it last answered. Its counts hold on while it does not answer: a sum that shrank would
  /// be taken for a restart.
  LoopSnapshot last;
  bool missing = false;      ///< It did not answer in time when it was asked last.
  std::uint64_t missed = 0;  ///< How often that has happened.
};

/// Asks the loops of a running service how they are, and waits a bounded time for their answers.
/// Lives on the thread of `context`, which none of the loops uses.
class LoopPoll {
 public:
  /// Asks a loop to call its argument with a snapshot, on any thread; returns at once.
  using Ask = std::function<void(std::function<void(LoopSnapshot)>)>;

  LoopPoll(boost::asio::io_context& context, std::chrono::milliseconds patience)
      : context_(context), timer_(context), patience_(patience) {}

  /// Adds a loop, before the first update().
  void add(Ask ask);

  /// The loop at `index` has ended and will not answer any more.
  void ended(std::size_t index);

  /// Asks all loops and returns when all have answered, or after the patience has run out. Those
  /// who come while others wait share the answers.
  Task<void> update();

  const std::vector<PolledLoop>& loops() const { return loops_; }

 private:
  struct Question {
    Ask ask;
    bool open = false;  // a loop that does not answer is not asked again before it has
    bool ended = false;
  };

  bool any_open() const;
  void ask_all();
  void answered(std::size_t index, LoopSnapshot snapshot);
  void end_round_if_complete();

  boost::asio::io_context& context_;
  boost::asio::steady_timer timer_;
  const std::chrono::milliseconds patience_;
  bool asking_ = false;
  std::vector<Question> questions_;
  std::vector<PolledLoop> loops_;
};

}  // namespace fairlead
