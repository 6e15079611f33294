#include "tests/storm/shared.hpp"

#include <stdexcept>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace fairlead::testing {

SharedFile::SharedFile(const std::string& path) : path_(path) {
  if (path_.empty()) {
    descriptor_ = memfd_create("storm", 0);
    path_ = "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(descriptor_);
    if (ftruncate(descriptor_, sizeof(Shared)) != 0) throw std::runtime_error("no shared memory");
  } else {
    descriptor_ = open(path_.c_str(), O_RDWR | O_CLOEXEC);
  }
  void* const at =
      mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, 0);
  if (at == MAP_FAILED) throw std::runtime_error(path_ + " cannot be mapped");
  // All zero, which is what atomics begin with.
  shared_ = static_cast<Shared*>(at);
}

SharedFile::~SharedFile() {
  munmap(shared_, sizeof(Shared));
  close(descriptor_);
}

}  // namespace fairlead::testing
