#include "cli/programs.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/strings.hpp"

extern char** environ;

namespace fairlead::cli {
namespace {

namespace filesystem = std::filesystem;

/// As the C functions want them. Holds as long as `arguments`.
std::vector<char*> to_c(const std::vector<std::string>& arguments) {
  std::vector<char*> pointers;
  for (const std::string& argument : arguments) {
    pointers.push_back(const_cast<char*>(argument.c_str()));
  }
  pointers.push_back(nullptr);
  return pointers;
}

absl::Status failed(const std::string& program, int error) {
  return absl::InternalError(concat("cannot start ", program, ": ", std::strerror(error)));
}

}  // namespace

filesystem::path own_folder() {
  std::error_code error;
  const filesystem::path program = filesystem::read_symlink("/proc/self/exe", error);
  return error ? filesystem::path(".") : program.parent_path();
}

std::optional<filesystem::path> find_program(const std::string& name,
                                             const std::vector<filesystem::path>& first) {
  std::vector<filesystem::path> folders = first;
  const char* path = std::getenv("PATH");
  if (path != nullptr) {
    for (const std::string_view folder : split(path, ':')) {
      if (!folder.empty()) folders.emplace_back(folder);
    }
  }
  for (const char* folder : {"/usr/local/sbin", "/usr/sbin", "/usr/local/bin", "/usr/bin"}) {
    folders.emplace_back(folder);
  }
  for (const filesystem::path& folder : folders) {
    const filesystem::path candidate = folder / name;
    std::error_code ignored;
    if (filesystem::is_regular_file(candidate, ignored) && access(candidate.c_str(), X_OK) == 0) {
      return candidate;
    }
  }
  return std::nullopt;
}

absl::StatusOr<int> run_program(const std::vector<std::string>& arguments) {
  const std::vector<char*> pointers = to_c(arguments);
  pid_t pid = 0;
  const int error = posix_spawn(&pid, pointers[0], nullptr, nullptr, pointers.data(), environ);
  if (error != 0) return failed(arguments[0], error);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return failed(arguments[0], errno);
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

absl::Status become_program(const std::vector<std::string>& arguments) {
  const std::vector<char*> pointers = to_c(arguments);
  execv(pointers[0], pointers.data());
  return failed(arguments[0], errno);
}

}  // namespace fairlead::cli
