#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fairlead::codegen::cpp {

/// Writes C++ as clang-format would with Google's style at 100 columns, for the shapes of line that
/// generated code consists of.
class Printer {
 public:
  /// One line; nothing for an empty one.
  void line(std::string_view text = "");

  /// `head` and `rest` on one line, or `rest` on the next and four further in.
  void joined(std::string_view head, std::string_view separator, std::string_view rest);

  /// A function, or a call of one, with two parameters; `tail` follows them (`) const;`).
  void function(const std::string& result, const std::string& name, const std::string& first,
                const std::string& second, const std::string& tail);

  /// The same with one parameter.
  void function(const std::string& result, const std::string& name, const std::string& parameter,
                const std::string& tail);

  /// `target = "text";`, in several literals if it is long or has several lines.
  void assign_text(const std::string& target, const std::string& text);

  /// `static_assert(condition, "text");` with a long text.
  void static_assertion(const std::string& condition, const std::string& text);

  /// Doc comments.
  void comment(const std::vector<std::string>& lines);

  /// Whether a line of `length` columns fits here.
  bool fits(std::size_t length) const;

  /// One level further in, and back.
  void indent(int columns = 2) { indentation_ += columns; }
  void outdent(int columns = 2) { indentation_ -= columns; }

  const std::string& text() const { return text_; }

 private:
  void result_line(const std::string& result);

  std::string text_;
  std::size_t indentation_ = 0;
};

/// `text` as a literal, with quotes.
std::string quote(std::string_view text);

/// The include lines in clang-format's order and groups. `own` is the header of the source itself,
/// if it has one; each is written with its quotes or angle brackets.
void print_includes(Printer& out, const std::string& own, std::vector<std::string> includes);

}  // namespace fairlead::codegen::cpp
