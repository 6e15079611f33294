#include "fairlead/testing/nats_server.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testing/folder_watch.hpp"
#include "testing/port_reservation.hpp"

extern char** environ;

namespace fairlead::testing {
namespace {

namespace fs = std::filesystem;

std::string find_binary() {
  if (const char* path = std::getenv("FAIRLEAD_NATS_SERVER")) return path;
  if (fs::exists("/usr/sbin/nats-server")) return "/usr/sbin/nats-server";
  return "nats-server";
}

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string make_folder() {
  std::string pattern = (fs::temp_directory_path() / "fairlead-nats-XXXXXX").string();
  if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder for nats-server");
  return pattern;
}

}  // namespace

NatsServer::NatsServer(std::vector<std::string> arguments, std::string configuration)
    : arguments_(std::move(arguments)),
      port_(std::make_unique<PortReservation>()),
      folder_(make_folder()) {
  if (!configuration.empty()) {
    write_configuration(configuration);
    arguments_.insert(arguments_.begin(), {"-c", folder_ + "/configuration"});
  }
  start();
}

NatsServer::~NatsServer() {
  kill();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::uint16_t NatsServer::port() const {
  return port_->port();
}

void NatsServer::start() {
  if (pid_ >= 0) throw std::runtime_error("nats-server runs already");
  log_seen_ = 0;
  const std::string binary = find_binary();
  std::vector<std::string> arguments = {
      binary, "-a", "127.0.0.1", "-p", std::to_string(port()), "--ports_file_dir", folder_};
  arguments.insert(arguments.end(), arguments_.begin(), arguments_.end());
  std::vector<char*> raw;
  for (std::string& argument : arguments) raw.push_back(argument.data());
  raw.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 2, log_path().c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                   0600);
  const int error = posix_spawnp(&pid_, binary.c_str(), &actions, nullptr, raw.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    pid_ = -1;
    throw std::runtime_error("cannot start " + binary);
  }
  // When it listens nats-server writes its ports to a file that bears the program's name, whatever
  // that is, and its process id.
  const std::string ports =
      folder_ + "/" + fs::path(binary).filename().string() + "_" + std::to_string(pid_) + ".ports";
  try {
    FolderWatch watch(folder_, pid_);
    while (!nlohmann::json::parse(read_file(ports), nullptr, false).is_object()) {
      watch.wait("nats-server does not listen:\n" + read_file(log_path()));
    }
  } catch (...) {
    kill();
    throw;
  }
}

void NatsServer::signal(int number) {
  if (pid_ < 0) throw std::runtime_error("nats-server does not run");
  ::kill(pid_, number);
}

void NatsServer::kill() {
  if (pid_ < 0) return;
  signal(SIGKILL);
  wait_for_end();
}

void NatsServer::stop_gently() {
  signal(SIGTERM);
  wait_for_end();
}

void NatsServer::freeze() {
  signal(SIGSTOP);
  int state = 0;
  waitpid(pid_, &state, WUNTRACED);
  if (!WIFSTOPPED(state)) pid_ = -1;
}

void NatsServer::thaw() {
  signal(SIGCONT);
}

void NatsServer::lame_duck() {
  signal(SIGUSR2);
}

void NatsServer::wait_for_end() {
  if (pid_ < 0) return;
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void NatsServer::write_configuration(std::string_view configuration) {
  std::ofstream(folder_ + "/configuration", std::ios::trunc) << configuration << '\n';
}

void NatsServer::reload(std::string_view configuration) {
  log_seen_ = read_file(log_path()).size();
  write_configuration(configuration);
  signal(SIGHUP);
  wait_for_log("Reloaded server configuration");
}

void NatsServer::wait_for_log(std::string_view text) {
  FolderWatch watch(folder_, pid_);
  while (true) {
    const std::string log = read_file(log_path());
    const std::size_t at = log.find(text, log_seen_);
    if (at != std::string::npos) {
      log_seen_ = at + text.size();
      return;
    }
    watch.wait(std::string(text) + " is not in the log of nats-server:\n" + log);
  }
}

std::string NatsServer::version() {
  const std::string command = "'" + find_binary() + "' --version";
  std::FILE* pipe = popen(command.c_str(), "r");
  char text[128] = {};
  if (!pipe) throw std::runtime_error("cannot run " + command);
  const bool read = std::fgets(text, sizeof(text), pipe) != nullptr;
  pclose(pipe);
  // nats-server: v2.9.10
  std::string line(text);
  const std::size_t at = line.find(": v");
  if (!read || at == std::string::npos) throw std::runtime_error("no version from " + command);
  line = line.substr(at + 3);
  return line.substr(0, line.find_first_of(" \n"));
}

}  // namespace fairlead::testing
