#include "cli/terminal.hpp"

#include <cerrno>

#include <sys/ioctl.h>
#include <unistd.h>

namespace fairlead::cli {
namespace {

constexpr std::string_view kOtherScreenWithoutCursor = "\x1b[?1049h\x1b[?25l\x1b[2J";
constexpr std::string_view kCursorAndFormerScreen = "\x1b[?25h\x1b[?1049l";

}  // namespace

bool Terminal::is_there() {
  return isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1;
}

void Terminal::enter() {
  if (entered_) return;
  entered_ = true;
  has_former_ = tcgetattr(STDIN_FILENO, &former_) == 0;
  if (has_former_) {
    termios raw = former_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
  }
  write(kOtherScreenWithoutCursor);
}

void Terminal::leave() {
  if (!entered_) return;
  entered_ = false;
  write(kCursorAndFormerScreen);
  // Keys that were typed ahead were meant for the program that is left.
  if (has_former_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &former_);
}

ScreenSize Terminal::size() const {
  ScreenSize size;
  winsize window = {};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0) return size;
  if (window.ws_row > 0) size.rows = window.ws_row;
  if (window.ws_col > 0) size.columns = window.ws_col;
  return size;
}

void Terminal::write(std::string_view text) const {
  while (!text.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // nobody looks any more
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace fairlead::cli
