#include "bench/calls/options.hpp"

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace fairlead::bench {
namespace {

[[noreturn]] void refuse(const std::string& what) {
  std::fprintf(stderr,
               "%s: %s\nusage: version | serve --at nats://HOST:PORT [--route nats|direct|unix] "
               "[--plain] | load --at ADDRESS --work average|echo:BYTES|block|wait --in-flight N "
               "--seconds S [--rate R] [--route nats|direct|unix|local] [--plain]\n",
               program_invocation_short_name, what.c_str());
  std::exit(2);
}

void set_work(Options& options, std::string_view text) {
  constexpr std::string_view kEcho = "echo:";
  if (text == "average") {
    options.work = Work::kAverage;
  } else if (text == "block") {
    options.work = Work::kBlock;
  } else if (text == "wait") {
    options.work = Work::kWait;
  } else if (text.starts_with(kEcho)) {
    options.work = Work::kEcho;
    const char* const end = text.data() + text.size();
    const auto found = std::from_chars(text.data() + kEcho.size(), end, options.bytes);
    if (found.ec != std::errc() || found.ptr != end) refuse("echo takes a number of bytes");
  } else {
    refuse("there is no work " + std::string(text));
  }
}

Way way_of(std::string_view text) {
  if (text == "nats") return Way::kNats;
  if (text == "direct") return Way::kDirect;
  if (text == "unix") return Way::kUnix;
  if (text == "local") return Way::kLocal;
  refuse("there is no route " + std::string(text));
}

double positive(const std::string& option, const char* text) {
  char* end = nullptr;
  const double value = std::strtod(text, &end);
  if (*end != '\0' || !(value > 0)) refuse(option + " takes a number above 0");
  return value;
}

}  // namespace

Options parse_options(int argc, char** argv) {
  Options options;
  if (argc > 1) options.mode = argv[1];
  for (int i = 2; i < argc; ++i) {
    const std::string option = argv[i];
    if (option == "--plain") {
      options.plain = true;
      continue;
    }
    if (++i == argc) refuse(option + " takes a value");
    if (option == "--at") {
      options.at = argv[i];
    } else if (option == "--work") {
      set_work(options, argv[i]);
    } else if (option == "--route") {
      options.way = way_of(argv[i]);
    } else if (option == "--in-flight") {
      options.plan.callers = static_cast<int>(positive(option, argv[i]));
    } else if (option == "--seconds") {
      options.plan.seconds = positive(option, argv[i]);
    } else if (option == "--rate") {
      options.plan.rate = positive(option, argv[i]);
    } else {
      refuse("there is no option " + option);
    }
  }
  if (options.mode != "version" && options.mode != "serve" && options.mode != "load") {
    refuse("there is no mode " + options.mode);
  }
  return options;
}

void give_up(std::string_view why) {
  std::fprintf(stderr, "%s: %.*s\n", program_invocation_short_name, static_cast<int>(why.size()),
               why.data());
  std::exit(1);
}

}  // namespace fairlead::bench
