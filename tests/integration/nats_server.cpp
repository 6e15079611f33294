#include "tests/integration/nats_server.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace fairlead::testing {
namespace {

namespace fs = std::filesystem;

std::string find_binary() {
  if (const char* path = std::getenv("FAIRLEAD_NATS_SERVER")) return path;
  if (fs::exists("/usr/sbin/nats-server")) return "/usr/sbin/nats-server";
  return "nats-server";
}

}  // namespace

NatsServer::NatsServer(std::vector<std::string> arguments) {
  std::string pattern = (fs::temp_directory_path() / "fairlead-nats-XXXXXX").string();
  if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder for nats-server");
  folder_ = pattern;

  // nats-server writes its ports to a file when it listens; the folder tells us when that happens.
  const int watch = inotify_init1(IN_CLOEXEC);
  inotify_add_watch(watch, folder_.c_str(), IN_CLOSE_WRITE);

  const std::string binary = find_binary();
  arguments.insert(arguments.begin(),
                   {binary, "-a", "127.0.0.1", "-p", "-1", "--ports_file_dir", folder_});
  std::vector<char*> raw;
  for (std::string& argument : arguments) raw.push_back(argument.data());
  raw.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  const std::string log = folder_ + ".log";
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 2, log.c_str(), O_WRONLY | O_CREAT, 0600);
  const int error = posix_spawnp(&pid_, binary.c_str(), &actions, nullptr, raw.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error("cannot start " + binary);

  pollfd waiting{watch, POLLIN, 0};
  while (port_.empty()) {
    if (poll(&waiting, 1, 10'000) <= 0) throw std::runtime_error("nats-server does not listen");
    char events[4096];
    if (read(watch, events, sizeof(events)) <= 0) throw std::runtime_error("inotify failed");
    for (const auto& entry : fs::directory_iterator(folder_)) {
      if (entry.path().extension() != ".ports") continue;
      std::ifstream file(entry.path());
      const auto ports = nlohmann::json::parse(file, nullptr, false);
      if (!ports.is_object()) continue;
      const std::string url = ports["nats"][0];
      port_ = url.substr(url.rfind(':') + 1);
    }
  }
  close(watch);
}

NatsServer::~NatsServer() {
  kill();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
  fs::remove(folder_ + ".log", ignored);
}

void NatsServer::kill() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

}  // namespace fairlead::testing
