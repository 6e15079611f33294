#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fairlead::cli {

/// How text is shown: with colours or plain.
class Style {
 public:
  Style() {}
  explicit Style(bool colour) : colour_(colour) {}

  /// Colours for a stream if it is a terminal and NO_COLOR is not set.
  static Style of_terminal(int descriptor);

  std::string bold(std::string_view text) const { return paint("1", text); }
  std::string dim(std::string_view text) const { return paint("2", text); }
  std::string red(std::string_view text) const { return paint("31", text); }

 private:
  std::string paint(std::string_view code, std::string_view text) const;

  bool colour_ = false;
};

/// What comes from other programs, safe to show: control characters are escaped.
std::string printable(std::string_view text);

/// A table with a line of headings and aligned columns.
class Table {
 public:
  enum class Align { kLeft, kRight };
  enum class Tone { kPlain, kBold, kDim, kRed };

  struct Column {
    Column(const char* the_heading, Align the_align = Align::kLeft)
        : heading(the_heading), align(the_align) {}
    std::string heading;
    Align align;
  };

  struct Cell {
    Cell(std::string the_text, Tone the_tone = Tone::kPlain)
        : text(std::move(the_text)), tone(the_tone) {}
    Cell(const char* the_text) : text(the_text), tone(Tone::kPlain) {}
    std::string text;
    Tone tone;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// Adds a row; cells that are missing at its end are empty.
  void add_row(std::vector<Cell> cells);

  bool empty() const { return rows_.empty(); }

  /// The lines, each with its end. Nothing is written after the last text of a line.
  std::string render(const Style& style) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace fairlead::cli
