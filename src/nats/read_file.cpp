#include "nats/read_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>

#include "core/strings.hpp"

namespace fairlead::nats {

namespace {

/// Whether a "path" is what should be in the file: the text of a credentials file, a seed, a JWT.
/// It must not be shown then.
bool is_content(std::string_view path) {
  constexpr std::size_t kSeedSize = 58;  // a seed's; one that was cut or doubled is meant as well
  if (path.find_first_of("\r\n") != std::string_view::npos) return true;
  if (path.find("-----") != std::string_view::npos || path.starts_with("eyJ")) return true;
  return path.size() > kSeedSize / 2 && path.front() == 'S' &&
         path.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == std::string_view::npos;
}

}  // namespace

absl::StatusOr<std::string> read_file(const std::string& path) {
  constexpr std::size_t kMost = 1 << 20;
  if (is_content(path)) {
    return absl::InvalidArgumentError(
        "the path of a file is expected, and what is given looks like the content of one (a seed, "
        "a JWT, credentials)");
  }
  const auto failed = [&path] {
    return absl::NotFoundError(concat(path, ": ", std::strerror(errno)));
  };
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"),
                                                             &std::fclose);
  if (!file) return failed();
  std::setvbuf(file.get(), nullptr, _IONBF, 0);  // a buffer would keep what may be a secret
  // One block, never grown: a copy that is left behind could hold a secret.
  std::string text(kMost + 1, '\0');
  const std::size_t size = std::fread(text.data(), 1, text.size(), file.get());
  if (std::ferror(file.get()) != 0) return failed();
  if (size > kMost) {
    return absl::InvalidArgumentError(concat(path, ": it has more than ", kMost, " bytes"));
  }
  text.resize(size);
  return text;
}

}  // namespace fairlead::nats
