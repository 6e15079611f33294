#pragma once

#include <string>

#include <absl/status/statusor.h>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "fairlead/loop.hpp"
#include "fairlead/task.hpp"

namespace fairlead::cli {

/// The standard input, read while the loop goes on: from a terminal or a pipe whose other end takes
/// its time.
class StandardInput {
 public:
  explicit StandardInput(Loop& loop);
  /// Leaves the standard input as it was.
  ~StandardInput();
  StandardInput(const StandardInput&) = delete;
  StandardInput& operator=(const StandardInput&) = delete;

  /// What comes next; empty at the end, and after stop().
  Task<absl::StatusOr<std::string>> read();

  /// Ends a read() that waits.
  void stop();

 private:
  boost::asio::posix::stream_descriptor descriptor_;  // open if one can wait for the input
  int own_ = -1;                                      // what it reads from otherwise
  int former_flags_ = -1;                             // of what is shared with other programs
  bool stopped_ = false;
};

}  // namespace fairlead::cli
