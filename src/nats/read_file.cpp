#include "nats/read_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "core/strings.hpp"

namespace fairlead::nats {

absl::StatusOr<std::string> read_file(const std::string& path) {
  constexpr std::size_t kMost = 1 << 20;
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
