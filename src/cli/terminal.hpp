#pragma once

#include <string_view>

#include <termios.h>

#include "cli/screen_size.hpp"

namespace fairlead::cli {

/// The user's terminal, taken over for a while: its other screen, no cursor, keys as they are
/// typed. Signals of the keyboard (Ctrl-C) still come as signals.
class Terminal {
 public:
  /// Whether a user sits at the standard input and sees the standard output.
  static bool is_there();

  Terminal() = default;
  /// Gives the terminal back.
  ~Terminal() { leave(); }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void enter();
  /// Puts everything as it was before enter(). May be called twice.
  void leave();

  ScreenSize size() const;
  void write(std::string_view text) const;

 private:
  bool entered_ = false;
  bool has_former_ = false;
  termios former_ = {};
};

}  // namespace fairlead::cli
