#pragma once
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>

#include <unistd.h>

#include "load.hpp"
#include "peers.pb.h"

// What the C++ peers share: the command line, and the work itself.
namespace peer {

inline constexpr std::chrono::seconds kTimeout{5};         ///< Of every call.
inline constexpr std::chrono::milliseconds kBlockFor{1};   ///< What the handler of `block` blocks.
inline constexpr std::chrono::milliseconds kWaitFor{500};  ///< What the handler of `wait` waits.
/// Threads of a service for handlers that block.
inline constexpr int kBlockingThreads = 64;

/// What is called.
struct Work {
  enum class Kind { kAverage, kBlock, kEcho, kWait } kind = Kind::kAverage;
  std::size_t bytes = 0;  ///< Of an echo.
};

/// The handler's work, the same for all.
inline void average(const peers::AverageRequest& request, peers::CalcResponse& response) {
  float sum = 0;
  for (const float value : request.values()) sum += value;
  response.set_operation("average");
  response.set_result(request.values().empty() ? 0
                                               : sum / static_cast<float>(request.values_size()));
}

inline peers::AverageRequest average_request() {
  peers::AverageRequest request;
  for (const float value : {1.1f, 2.0f, 3.5f}) request.add_values(value);
  return request;
}
inline peers::Payload payload(const Work& work) {
  peers::Payload request;
  request.set_data(std::string(work.bytes, 'x'));
  return request;
}
inline bool is_right(const Work&, const peers::CalcResponse& response) {
  return std::abs(response.result() - 2.2f) < 1e-4f;
}
inline bool is_right(const Work& work, const peers::Payload& response) {
  return response.data().size() == work.bytes;
}

/// What a library's program is made of.
struct Peer {
  std::string version;  ///< The library's name and version, as linked.
  /// Serves at a place until serve_until_told() returns.
  std::function<void(const std::string& place)> serve;
  std::function<Result(const std::string& address, const Work& work, const Plan& plan)> load;
};

[[noreturn]] inline void fail(const std::string& what) {
  std::cerr << program_invocation_short_name << ": " << what << std::endl;
  std::_Exit(1);
}

inline void serve_until_told(const std::string& address) {
  std::cout << "ready " << address << std::endl;
  char byte = 0;
  while (read(STDIN_FILENO, &byte, 1) > 0) continue;
}

inline Work work_of(std::string_view text) {
  if (text == "average") return {};
  if (text == "block") return {.kind = Work::Kind::kBlock};
  if (text == "wait") return {.kind = Work::Kind::kWait};
  Work echo{.kind = Work::Kind::kEcho};
  if (text.substr(0, 5) == "echo:" &&
      std::from_chars(text.data() + 5, text.data() + text.size(), echo.bytes).ec == std::errc()) {
    return echo;
  }
  fail("there is no work " + std::string(text));
}

inline int run(const Peer& peer, int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  std::string at;
  Work work;
  Plan plan;
  for (int i = 2; i + 1 < argc; i += 2) {
    const std::string option = argv[i];
    const char* const value = argv[i + 1];
    if (option == "--at") {
      at = value;
    } else if (option == "--work") {
      work = work_of(value);
    } else if (option == "--in-flight") {
      plan.callers = std::atoi(value);
    } else if (option == "--seconds") {
      plan.seconds = std::atof(value);
    } else if (option == "--rate") {
      plan.rate = std::atof(value);
    } else {
      fail("there is no option " + option);
    }
  }
  if (mode == "version") {
    std::cout << peer.version << std::endl;
  } else if (mode == "serve") {
    peer.serve(at);
  } else if (mode == "load") {
    peer.load(at, work, plan).print();
  } else {
    fail("usage: version | serve --at PLACE | load --at ADDRESS [options]");
  }
  return 0;
}

}  // namespace peer
