#include "cli/top_controls.hpp"

#include <algorithm>

namespace fairlead::cli {
namespace {

constexpr char kEscape = '\x1b';
constexpr char kEndOfText = '\x03';  // Ctrl-C, where the terminal does not make a signal of it
constexpr std::ptrdiff_t kPage = 10;

}  // namespace

TopControls::Action TopControls::on_input(std::string_view bytes) {
  Action action = Action::kNone;
  while (!bytes.empty()) {
    Action next = Action::kNone;
    if (bytes.front() == kEscape) {
      // `ESC [ A`, `ESC O A`, `ESC [ 5 ~`: up to the first letter or `~`.
      std::size_t end = bytes.find_first_not_of("[O0123456789;", 1);
      if (end == std::string_view::npos) end = bytes.size() - 1;
      const std::string_view sequence = bytes.substr(1, end);
      bytes.remove_prefix(end + 1);
      if (sequence == "[A" || sequence == "OA") next = scroll(-1);
      if (sequence == "[B" || sequence == "OB") next = scroll(1);
      if (sequence == "[5~") next = scroll(-kPage);
      if (sequence == "[6~") next = scroll(kPage);
    } else {
      next = on_key(bytes.front());
      bytes.remove_prefix(1);
    }
    action = std::max(action, next);
  }
  return action;
}

TopControls::Action TopControls::on_key(char key) {
  switch (key) {
    case 'q':
    case kEndOfText:
      return Action::kQuit;
    case 'n':
      return choose(TopSort::kName);
    case 'r':
      return choose(TopSort::kRate);
    case 'e':
      return choose(TopSort::kErrors);
    case 'p':
      return choose(TopSort::kLatency);
    case 'i':
      return choose(TopSort::kInFlight);
    case 'g':
      group_ = group_ == TopGroup::kInstance ? TopGroup::kService
                                             : static_cast<TopGroup>(static_cast<int>(group_) + 1);
      first_ = 0;
      return Action::kRedraw;
    case 'k':
      return scroll(-1);
    case 'j':
      return scroll(1);
    default:
      return Action::kNone;
  }
}

TopControls::Action TopControls::choose(TopSort sort) {
  reversed_ = sort == sort_ && !reversed_;
  sort_ = sort;
  first_ = 0;
  return Action::kRedraw;
}

TopControls::Action TopControls::scroll(std::ptrdiff_t rows) {
  first_ = std::max<std::ptrdiff_t>(0, first_ + rows);
  return Action::kRedraw;
}

std::size_t TopControls::first_row(std::size_t rows, std::size_t room) {
  const std::size_t last = rows > room ? rows - room : 0;
  first_ = std::min(first_, static_cast<std::ptrdiff_t>(last));
  return static_cast<std::size_t>(first_);
}

}  // namespace fairlead::cli
