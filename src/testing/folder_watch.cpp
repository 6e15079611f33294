#include "testing/folder_watch.hpp"

#include <stdexcept>

#include <poll.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace fairlead::testing {

FolderWatch::FolderWatch(const std::string& folder, pid_t process)
    : watch_(inotify_init1(IN_CLOEXEC)),
      process_(static_cast<int>(syscall(SYS_pidfd_open, process, 0))) {
  if (process_ < 0 || inotify_add_watch(watch_, folder.c_str(), IN_MODIFY | IN_CLOSE_WRITE) < 0) {
    close(process_);
    close(watch_);
    throw std::runtime_error("cannot watch " + folder);
  }
}

FolderWatch::~FolderWatch() {
  close(process_);
  close(watch_);
}

void FolderWatch::wait(const std::string& what) {
  pollfd waiting[] = {{watch_, POLLIN, 0}, {process_, POLLIN, 0}};
  if (poll(waiting, 2, 10'000) <= 0) throw std::runtime_error("waited in vain: " + what);
  // What it wrote last comes before its end.
  if (waiting[0].revents == 0) throw std::runtime_error("it has ended: " + what);
  char events[4096];
  if (read(watch_, events, sizeof(events)) <= 0) throw std::runtime_error("inotify failed");
}

}  // namespace fairlead::testing
