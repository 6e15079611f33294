#include "telemetry/log_text.hpp"

#include <gtest/gtest.h>

namespace fairlead {
namespace {

std::string printable(std::string_view text) {
  std::string line;
  append_printable(line, text);
  return line;
}

std::string value(std::string_view text) {
  std::string line;
  append_value(line, text);
  return line;
}

TEST(LogText, KeepsWhatPeopleRead) {
  EXPECT_EQ(printable("50 % of Zürich, 東京 and 🚢"), "50 % of Zürich, 東京 and 🚢");
}

TEST(LogText, EscapesWhatBreaksALineOrSteersATerminal) {
  EXPECT_EQ(printable("a\nb\rc\td"), "a\\nb\\rc\\td");
  EXPECT_EQ(printable("\x1b[31mred\x7f"), "\\x1b[31mred\\x7f");
  EXPECT_EQ(printable(std::string_view("nul\0nul", 7)), "nul\\x00nul");
  EXPECT_EQ(printable("\u009b31m"), "\\xc2\\x9b31m");
  EXPECT_EQ(printable("a\u2028b"), "a\\xe2\\x80\\xa8b");
}

TEST(LogText, EscapesWhatIsNotUtf8) {
  EXPECT_EQ(printable("\xff"), "\\xff");
  EXPECT_EQ(printable("\xc3"), "\\xc3");           // cut off
  EXPECT_EQ(printable("\xc3(z"), "\\xc3(z");       // not continued
  EXPECT_EQ(printable("\xc0\xaf"), "\\xc0\\xaf");  // overlong
  EXPECT_EQ(printable("\xe0\x80\xaf"), "\\xe0\\x80\\xaf");
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // a surrogate
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
}

TEST(LogText, QuotesAValueOnlyWhereItMust) {
  EXPECT_EQ(value("calc.Calc"), "calc.Calc");
  EXPECT_EQ(value(""), "\"\"");
  EXPECT_EQ(value("two words"), "\"two words\"");
  EXPECT_EQ(value("a=b"), "\"a=b\"");
  EXPECT_EQ(value("say \"hi\" \\ \n"), "\"say \\\"hi\\\" \\\\ \\n\"");
}

}  // namespace
}  // namespace fairlead
