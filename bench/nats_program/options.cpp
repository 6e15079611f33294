#include "bench/nats_program/options.hpp"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include <getopt.h>

namespace fairlead::bench {
namespace {

[[noreturn]] void refuse(const char* program) {
  std::fprintf(stderr,
               "usage: %s MODE [--url URL] [--tls CA_FILE] [--size BYTES] [--seconds S] "
               "[--in-flight N] [--connections N]\n",
               program);
  std::exit(2);
}

void apply(Options& options, int option, const std::string& value) {
  switch (option) {
    case 'u':
      options.url = value;
      break;
    case 't':
      options.ca_file = value;
      break;
    case 's':
      options.size = std::stoul(value);
      break;
    case 'd':
      options.duration = std::chrono::duration_cast<std::chrono::nanoseconds>(
          std::chrono::duration<double>(std::stod(value)));
      break;
    case 'f':
      options.in_flight = std::stoi(value);
      break;
    case 'c':
      options.connections = std::stoi(value);
      break;
    default:
      throw std::invalid_argument("option");
  }
}

}  // namespace

Options parse_options(int argc, char** argv) {
  static constexpr option kOptions[] = {
      {"url", required_argument, nullptr, 'u'},
      {"tls", required_argument, nullptr, 't'},
      {"size", required_argument, nullptr, 's'},
      {"seconds", required_argument, nullptr, 'd'},
      {"in-flight", required_argument, nullptr, 'f'},
      {"connections", required_argument, nullptr, 'c'},
      {nullptr, 0, nullptr, 0},
  };
  Options options;
  try {
    for (int found = 0; (found = getopt_long(argc, argv, "", kOptions, nullptr)) != -1;) {
      apply(options, found, optarg ? optarg : "");
    }
  } catch (const std::logic_error&) {
    refuse(argv[0]);
  }
  if (optind != argc - 1) refuse(argv[0]);
  options.mode = argv[optind];
  if (options.size == 0 || options.duration.count() <= 0) refuse(argv[0]);
  return options;
}

nats::ConnectOptions connect_options(const Options& options) {
  nats::ConnectOptions result(options.url);
  if (!options.ca_file.empty()) result.set_tls(nats::TlsOptions().set_ca_file(options.ca_file));
  return result;
}

void say_ready() {
  std::puts("ready");
  std::fflush(stdout);
}

void print_result(std::uint64_t count, std::chrono::nanoseconds duration) {
  std::printf("{\"count\": %llu, \"seconds\": %.6f}\n", static_cast<unsigned long long>(count),
              std::chrono::duration<double>(duration).count());
}

}  // namespace fairlead::bench
