#pragma once

#include <string>

#include <sys/types.h>

namespace fairlead::testing {

/// Wakes up when a process writes something into a folder. What changed before it was made is not
/// told.
class FolderWatch {
 public:
  FolderWatch(const std::string& folder, pid_t process);
  ~FolderWatch();
  FolderWatch(const FolderWatch&) = delete;
  FolderWatch& operator=(const FolderWatch&) = delete;

  /// Waits until a file has been written to since the last call. Throws std::runtime_error naming
  /// `what` if the process has ended, or if nothing happens for ten seconds.
  void wait(const std::string& what);

 private:
  int watch_ = -1;
  int process_ = -1;
};

}  // namespace fairlead::testing
