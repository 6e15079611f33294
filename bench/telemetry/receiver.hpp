#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

namespace fairlead::bench {

/// Takes whatever is sent by HTTP, as a receiver of traces, and says that all is well; on a thread
/// of its own, one connection after the other.
class Receiver {
 public:
  Receiver();
  ~Receiver();
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::uint64_t requests() const { return requests_; }

 private:
  void serve();

  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<std::uint64_t> requests_ = 0;
  std::thread thread_;
};

}  // namespace fairlead::bench
