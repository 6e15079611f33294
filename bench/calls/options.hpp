#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "bench/peers/cpp/load.hpp"

namespace fairlead::bench {

/// What is called.
enum class Work { kAverage, kBlock, kEcho, kWait };

/// Over which way; `kUnix` is a direct link by a socket file.
enum class Way { kNats, kDirect, kUnix, kLocal };

/// A command line of the comparison: MODE --at PLACE [--work …] [--in-flight …] [--seconds …]
/// [--rate …] [--route …] [--plain].
struct Options {
  std::string mode;
  std::string at;
  Work work = Work::kAverage;
  std::size_t bytes = 0;  ///< Of an echo.
  Way way = Way::kNats;
  bool plain = false;  ///< Handlers are plain functions, not coroutines.
  peer::Plan plan;
};

/// Ends the program with 2, after telling why, if the command line is wrong.
Options parse_options(int argc, char** argv);

/// Tells why, and ends the program with 1.
[[noreturn]] void give_up(std::string_view why);

}  // namespace fairlead::bench
