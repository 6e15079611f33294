#include "cli/table.hpp"

#include <algorithm>
#include <cstdlib>

#include <unistd.h>

#include "cli/text_width.hpp"
#include "core/strings.hpp"
#include "telemetry/log_text.hpp"

namespace fairlead::cli {
namespace {

constexpr std::string_view kGap = "  ";

std::string toned(const Style& style, const Table::Cell& cell) {
  switch (cell.tone) {
    case Table::Tone::kBold:
      return style.bold(cell.text);
    case Table::Tone::kDim:
      return style.dim(cell.text);
    case Table::Tone::kRed:
      return style.red(cell.text);
    case Table::Tone::kPlain:
      break;
  }
  return cell.text;
}

}  // namespace

Style Style::of_terminal(int descriptor) {
  const char* no_color = std::getenv("NO_COLOR");
  return Style(isatty(descriptor) == 1 && (no_color == nullptr || *no_color == '\0'));
}

std::string Style::paint(std::string_view code, std::string_view text) const {
  if (!colour_ || text.empty()) return std::string(text);
  return concat("\x1b[", code, "m", text, "\x1b[0m");
}

std::string printable(std::string_view text) {
  std::string line;
  append_printable(line, text);
  return line;
}

void Table::add_row(std::vector<Cell> cells) {
  cells.resize(columns_.size(), Cell(""));
  for (Cell& cell : cells) cell.text = printable(cell.text);
  rows_.push_back(std::move(cells));
}

std::string Table::render(const Style& style) const {
  std::vector<std::vector<Cell>> lines;
  std::vector<std::size_t> widths(columns_.size(), 0);
  lines.emplace_back();
  for (const Column& column : columns_) lines.front().emplace_back(column.heading, Tone::kBold);
  lines.insert(lines.end(), rows_.begin(), rows_.end());
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      widths[i] = std::max(widths[i], text_width(line[i].text));
    }
  }

  std::string text;
  for (const auto& line : lines) {
    std::string pending;  // blanks, written only if more follows on the line
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string blanks(widths[i] - text_width(line[i].text), ' ');
      if (columns_[i].align == Align::kRight) pending += blanks;
      if (!line[i].text.empty()) {
        append(text, pending, toned(style, line[i]));
        pending.clear();
      }
      if (columns_[i].align == Align::kLeft) pending += blanks;
      pending += kGap;
    }
    text += '\n';
  }
  return text;
}

}  // namespace fairlead::cli
