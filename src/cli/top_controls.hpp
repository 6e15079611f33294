#pragma once

#include <cstddef>
#include <string_view>

#include "cli/top_model.hpp"

namespace fairlead::cli {

/// What the user of `fairlead top` has chosen to see, and how keys change it.
class TopControls {
 public:
  enum class Action { kNone, kRedraw, kQuit };

  TopControls(TopGroup group, TopSort sort) : group_(group), sort_(sort) {}

  /// Takes what was typed, with the sequences that terminals send for arrows. What means nothing is
  /// ignored.
  Action on_input(std::string_view bytes);

  TopGroup group() const { return group_; }
  TopSort sort() const { return sort_; }
  bool reversed() const { return reversed_; }

  /// The first row to show of `rows`, of which `room` fit.
  std::size_t first_row(std::size_t rows, std::size_t room);

 private:
  Action on_key(char key);
  Action choose(TopSort sort);
  Action scroll(std::ptrdiff_t rows);

  TopGroup group_;
  TopSort sort_;
  bool reversed_ = false;
  std::ptrdiff_t first_ = 0;
};

}  // namespace fairlead::cli
