#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

namespace fairlead::testing {

inline constexpr std::size_t kInstances = 3;

/// What instances and the storm know together: a file that is mapped by all of them, so that what a
/// process had written stays when it is killed.
struct Shared {
  static constexpr std::size_t kLives = 4096;
  static constexpr std::size_t kIds = 1 << 24;

  /// An instance from its start to its end.
  struct Life {
    std::atomic<bool> ready;
    std::atomic<std::uint64_t> streams_begun;
    std::atomic<std::uint64_t> streams_ended;
  };

  std::array<std::atomic<std::uint32_t>, kInstances> delay;  // of each call, in milliseconds
  std::array<Life, kLives> lives;
  std::array<std::atomic<std::uint8_t>, kIds> executed;  // how often Once ran, by id
};

/// Maps the file at `path`, or a new one without a name if that is empty. Throws
/// std::runtime_error.
class SharedFile {
 public:
  explicit SharedFile(const std::string& path = "");
  ~SharedFile();
  SharedFile(const SharedFile&) = delete;
  SharedFile& operator=(const SharedFile&) = delete;

  Shared& operator*() const { return *shared_; }
  Shared* operator->() const { return shared_; }
  /// What other processes open.
  const std::string& path() const { return path_; }

 private:
  int descriptor_ = -1;
  std::string path_;
  Shared* shared_ = nullptr;
};

}  // namespace fairlead::testing
