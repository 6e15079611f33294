#include "cli/standard_input.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <tuple>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/loop_core.hpp"
#include "core/strings.hpp"

namespace fairlead::cli {
namespace {

using boost::system::error_code;

constexpr auto kAwait = boost::asio::as_tuple(boost::asio::use_awaitable);
constexpr std::size_t kPiece = 64 * 1024;

/// Whether one can wait for what it brings; not so files, which are always ready.
bool comes_by_and_by(int descriptor) {
  struct stat about = {};
  if (fstat(descriptor, &about) != 0) return false;
  return S_ISFIFO(about.st_mode) || S_ISSOCK(about.st_mode) || isatty(descriptor) == 1;
}

absl::Status failed(std::string_view reason) {
  return absl::InvalidArgumentError(concat("the standard input cannot be read: ", reason));
}

}  // namespace

StandardInput::StandardInput(Loop& loop) : descriptor_(loop.core().context()) {
  if (!comes_by_and_by(STDIN_FILENO)) {
    own_ = STDIN_FILENO;
    return;
  }
  // Asio makes it non-blocking. A terminal is shared with the standard output, which must not be,
  // so it is opened anew.
  int opened = -1;
  if (isatty(STDIN_FILENO) == 1) opened = open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (opened < 0) {
    former_flags_ = fcntl(STDIN_FILENO, F_GETFL);
    opened = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
  }
  error_code fault;
  descriptor_.assign(opened, fault);
  if (fault) own_ = STDIN_FILENO;
}

StandardInput::~StandardInput() {
  error_code ignored;
  descriptor_.close(ignored);
  if (former_flags_ >= 0) fcntl(STDIN_FILENO, F_SETFL, former_flags_);
}

Task<absl::StatusOr<std::string>> StandardInput::read() {
  std::string piece(kPiece, '\0');
  if (stopped_) co_return std::string();
  if (own_ >= 0) {
    const ssize_t count = ::read(own_, piece.data(), piece.size());
    if (count < 0) co_return failed(std::strerror(errno));
    piece.resize(static_cast<std::size_t>(count));
    co_return piece;
  }
  const std::tuple<error_code, std::size_t> read =
      co_await descriptor_.async_read_some(boost::asio::buffer(piece), kAwait);
  const error_code& fault = std::get<0>(read);
  if (stopped_ || fault == boost::asio::error::eof) co_return std::string();
  if (fault) co_return failed(fault.message());
  piece.resize(std::get<1>(read));
  co_return piece;
}

void StandardInput::stop() {
  stopped_ = true;
  error_code ignored;
  descriptor_.cancel(ignored);
}

}  // namespace fairlead::cli
