#include "telemetry/process_metrics.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <system_error>

#include <sys/resource.h>
#include <unistd.h>

namespace fairlead::telemetry {
namespace {

std::string read_file(const char* path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// Seconds since 1970 at which the machine was started; 0 if unknown.
double boot_time() {
  std::istringstream stat(read_file("/proc/stat"));
  for (std::string line; std::getline(stat, line);) {
    if (line.starts_with("btime ")) return std::stod(line.substr(6));
  }
  return 0;
}

void append(std::vector<MetricFamily>& families, MetricType type, const char* name,
            const char* help, double value) {
  families.emplace_back(type, name, help).add(value);
}

void append_stat(std::vector<MetricFamily>& families, const ProcessStat& stat) {
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
  append(families, MetricType::kCounter, "process_cpu_seconds_total",
         "Processor time of the process, in user and kernel mode.",
         static_cast<double>(stat.cpu_ticks) / ticks);
  append(families, MetricType::kGauge, "process_threads", "Threads of the process.",
         static_cast<double>(stat.threads));
  append(families, MetricType::kGauge, "process_virtual_memory_bytes", "Size of the address space.",
         static_cast<double>(stat.virtual_bytes));
  append(families, MetricType::kGauge, "process_resident_memory_bytes",
         "Memory of the process that is in use.", static_cast<double>(stat.resident_pages) * page);
  if (const double boot = boot_time(); boot > 0) {
    append(families, MetricType::kGauge, "process_start_time_seconds",
           "When the process was started, in seconds since 1970.",
           boot + static_cast<double>(stat.start_ticks) / ticks);
  }
}

}  // namespace

std::optional<ProcessStat> parse_process_stat(std::string_view line) {
  // The second field is the program's name, which may hold anything; the last `)` ends it.
  const std::size_t end_of_name = line.rfind(')');
  if (end_of_name == std::string_view::npos) return std::nullopt;
  std::istringstream stream{std::string(line.substr(end_of_name + 1))};
  const std::vector<std::string> fields(std::istream_iterator<std::string>(stream), {});
  // The first of them is the third of `man proc`.
  const auto field = [&](std::size_t number) { return std::stoull(fields[number - 3]); };
  if (fields.size() < 22) return std::nullopt;
  try {
    ProcessStat stat;
    stat.cpu_ticks = field(14) + field(15);
    stat.threads = field(20);
    stat.start_ticks = field(22);
    stat.virtual_bytes = field(23);
    stat.resident_pages = field(24);
    return stat;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

void append_process_metrics(std::vector<MetricFamily>& families) {
  if (const auto stat = parse_process_stat(read_file("/proc/self/stat"))) {
    append_stat(families, *stat);
  }
  std::error_code error;
  const std::filesystem::directory_iterator files("/proc/self/fd", error);
  if (!error) {
    // One of them is that of the folder itself.
    const auto open = std::distance(begin(files), end(files)) - 1;
    append(families, MetricType::kGauge, "process_open_fds", "Open file descriptors.",
           static_cast<double>(open));
  }
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    append(families, MetricType::kGauge, "process_max_fds",
           "File descriptors that the process may have open.", static_cast<double>(limit.rlim_cur));
  }
}

}  // namespace fairlead::telemetry
