#include "codegen/cpp/printer.hpp"

#include <algorithm>
#include <map>

#include <absl/strings/match.h>

namespace fairlead::codegen::cpp {
namespace {

constexpr std::size_t kColumns = 100;
constexpr std::size_t kLiteral = 72;  // of one piece of a long text

std::string escape(std::string_view text) {
  std::string result;
  char before = 0;
  for (char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (letter == '\n') {
      result += "\\n";
    } else if (letter == '"' || letter == '\\' || (letter == '?' && before == '?')) {
      result += {'\\', letter};  // of ??, a trigraph could be read
    } else if (byte < 0x20 || byte >= 0x7f) {
      result += {'\\', static_cast<char>('0' + (byte >> 6)),
                 static_cast<char>('0' + ((byte >> 3) & 7)), static_cast<char>('0' + (byte & 7))};
    } else {
      result += letter;
    }
    before = letter;
  }
  return result;
}

// The literals of a text: one for each line, several for a long one, broken after a blank if there
// is one.
std::vector<std::string> literals(std::string_view text) {
  std::vector<std::string> result;
  while (!text.empty()) {
    std::size_t length = std::min(text.find('\n'), text.size() - 1) + 1;
    while (escape(text.substr(0, length)).size() > kLiteral) {
      const std::size_t blank = text.substr(0, length - 1).rfind(' ');
      length = blank == std::string_view::npos || blank < 8 ? length - 1 : blank + 1;
    }
    result.push_back(quote(text.substr(0, length)));
    text.remove_prefix(length);
  }
  if (result.empty()) result.push_back("\"\"");
  return result;
}

// How many columns a comment takes at most: letters beyond ASCII may be two wide.
std::size_t width(std::string_view text) {
  std::size_t columns = 0;
  for (char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    columns += byte < 0x80 ? 1 : byte >= 0xc0 ? 2 : 0;
  }
  return columns;
}

int group_of(const std::string& include) {
  if (absl::StartsWith(include, "\"fairlead/")) return 3;
  if (include[0] == '"') return 4;
  const bool is_word = std::all_of(include.begin() + 1, include.end() - 1, [](char letter) {
    return (letter >= 'a' && letter <= 'z') || letter == '_';
  });
  return is_word ? 1 : 2;
}

}  // namespace

std::string quote(std::string_view text) {
  return "\"" + escape(text) + "\"";
}

bool Printer::fits(std::size_t length) const {
  return indentation_ + length <= kColumns;
}

void Printer::line(std::string_view text) {
  if (!text.empty()) text_.append(indentation_, ' ').append(text);
  text_ += '\n';
}

void Printer::joined(std::string_view head, std::string_view separator, std::string_view rest) {
  if (fits(head.size() + separator.size() + rest.size())) {
    line(std::string(head).append(separator).append(rest));
    return;
  }
  line(head);
  indent(4);
  line(rest);
  outdent(4);
}

void Printer::function(const std::string& result, const std::string& name, const std::string& first,
                       const std::string& second, const std::string& tail) {
  std::string head = (result.empty() ? "" : result + " ") + name + "(";
  if (!result.empty() && !fits(head.size())) {
    result_line(result);
    head = name + "(";
  }
  const std::string aligned(head.size(), ' ');
  const std::size_t blank = first.rfind(' ');
  const bool second_fits = fits(head.size() + second.size() + tail.size());
  if (fits(head.size() + first.size() + 2 + second.size() + tail.size())) {
    line(head + first + ", " + second + tail);
  } else if (fits(head.size() + first.size() + 1) && second_fits) {
    line(head + first + ",");
    line(aligned + second + tail);
  } else if (!fits(4 + first.size() + 1) && fits(head.size() + blank) && second_fits) {
    line(head + first.substr(0, blank));
    line(aligned + "    " + first.substr(blank + 1) + ",");
    line(aligned + second + tail);
  } else {
    line(head);
    indent(4);
    if (fits(first.size() + 2 + second.size() + tail.size())) {
      line(first + ", " + second + tail);
    } else {
      if (fits(first.size() + 1)) {
        line(first + ",");
      } else {
        line(first.substr(0, blank));
        line("    " + first.substr(blank + 1) + ",");
      }
      line(second + tail);
    }
    outdent(4);
  }
}

void Printer::function(const std::string& result, const std::string& name,
                       const std::string& parameter, const std::string& tail) {
  std::string head = result + " " + name + "(";
  if (!fits(head.size())) {
    result_line(result);
    head = name + "(";
  }
  joined(head, "", parameter + tail);
}

void Printer::result_line(const std::string& result) {
  if (fits(result.size())) {
    line(result);
    return;
  }
  const std::size_t outer = result.find('<') + 1;
  const std::size_t inner = result.rfind('<') + 1;
  const std::size_t split = fits(4 + result.size() - outer) ? outer : inner;
  line(result.substr(0, split));
  line("    " + result.substr(split));
}

void Printer::assign_text(const std::string& target, const std::string& text) {
  const std::vector<std::string> pieces = literals(text);
  if (pieces.size() == 1) {
    joined(target + " =", " ", pieces[0] + ";");
    return;
  }
  line(target + " =");
  indent(4);
  for (std::size_t index = 0; index < pieces.size(); ++index) {
    line(pieces[index] + (index + 1 == pieces.size() ? ";" : ""));
  }
  outdent(4);
}

void Printer::static_assertion(const std::string& condition, const std::string& text) {
  const std::string head = "static_assert(";
  line(head + condition + ",");
  const std::vector<std::string> pieces = literals(text);
  for (std::size_t index = 0; index < pieces.size(); ++index) {
    line(std::string(head.size(), ' ') + pieces[index] + (index + 1 == pieces.size() ? ");" : ""));
  }
}

void Printer::comment(const std::vector<std::string>& lines) {
  const std::size_t room = kColumns - indentation_ - 4;
  for (std::string text : lines) {
    // A backslash at the end would swallow the next line, and so would the trigraph for it.
    if (absl::EndsWith(text, "\\") || absl::EndsWith(text, "?\?/")) text += " .";
    while (width(text) > room) {
      std::size_t blank = text.size();
      do {
        blank = text.rfind(' ', blank - 1);
      } while (blank != std::string::npos && blank > 0 &&
               (width(text.substr(0, blank)) > room || text[blank - 1] == '\\' ||
                text[blank - 1] == ' ' || text[blank - 1] == '/'));
      if (blank == std::string::npos || blank == 0) break;
      line("/// " + text.substr(0, blank));
      text.erase(0, blank + 1);
    }
    line(text.empty() ? "///" : "/// " + text);
  }
}

void print_includes(Printer& out, const std::string& own, std::vector<std::string> includes) {
  std::map<int, std::vector<std::string>> groups;
  for (const std::string& include : includes) {
    groups[include == own ? 0 : group_of(include)].push_back(include);
  }
  for (auto& [group, members] : groups) {
    std::sort(members.begin(), members.end());
    members.erase(std::unique(members.begin(), members.end()), members.end());
    for (const std::string& include : members) out.line("#include " + include);
    out.line();
  }
}

}  // namespace fairlead::codegen::cpp
