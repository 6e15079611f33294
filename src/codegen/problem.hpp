#pragma once

#include <string>
#include <utility>
#include <vector>

namespace fairlead::codegen {

/// A place in a .proto; lines and columns count from 1.
struct Place {
  std::string file;
  int line = 1;
  int column = 1;
};

/// What is wrong with the input. All of it is collected, so that one run shows everything.
class Problems {
 public:
  void add(const Place& place, const std::string& text) {
    lines_.push_back(place.file + ":" + std::to_string(place.line) + ":" +
                     std::to_string(place.column) + ": " + text);
  }
  /// A problem of the plugin's parameter, which has no place.
  void add(std::string text) { lines_.push_back(std::move(text)); }

  bool empty() const { return lines_.empty(); }

  /// One problem a line. protoc writes its own prefix first, so this starts on a new line.
  std::string text() const {
    std::string text;
    for (const std::string& line : lines_) text += "\n" + line;
    return text;
  }

 private:
  std::vector<std::string> lines_;
};

}  // namespace fairlead::codegen
