#include "cli/table.hpp"

#include <cstdlib>

#include <gtest/gtest.h>

#include "cli/text_width.hpp"

namespace fairlead::cli {
namespace {

TEST(TextWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(text_width(""), 0u);
  EXPECT_EQ(text_width("abc"), 3u);
  EXPECT_EQ(text_width("größe"), 5u);
  EXPECT_EQ(text_width("e\xCC\x81"), 1u);  // e and a combining acute
  EXPECT_EQ(text_width("日本"), 4u);
  EXPECT_EQ(text_width("🚀"), 2u);
  EXPECT_EQ(text_width("\xff\xe4\xbd"), 3u);  // no UTF-8, and cut short
}

TEST(TextWidth, CutsToColumns) {
  EXPECT_EQ(cut_to_width("größe", 3), "grö");
  EXPECT_EQ(cut_to_width("größe", 5), "größe");
  EXPECT_EQ(cut_to_width("日本", 3), "日");
  EXPECT_EQ(cut_to_width("abc", 0), "");
  EXPECT_EQ(cut_to_width("\x1b[31mred\x1b[0m and", 5), "\x1b[31mred\x1b[0m a\x1b[0m");
  EXPECT_EQ(cut_to_width("\x1b[31mred\x1b[0m", 3), "\x1b[31mred\x1b[0m");
  EXPECT_EQ(cut_to_width("\x1b[31", 3), "\x1b[31");
}

TEST(Table, AlignsColumns) {
  Table table({"NAME", {"CALLS", Table::Align::kRight}, "LAST"});
  table.add_row({"größe", "7", "x"});
  table.add_row({"日本", "12345"});
  EXPECT_EQ(table.render(Style()),
            "NAME   CALLS  LAST\n"
            "größe      7  x\n"
            "日本   12345\n");
}

TEST(Table, ColoursDoNotCountAsWidth) {
  Table table({"A", "B"});
  table.add_row({Table::Cell("no", Table::Tone::kRed), "x"});
  EXPECT_EQ(table.render(Style(true)), "\x1b[1mA\x1b[0m   \x1b[1mB\x1b[0m\n\x1b[31mno\x1b[0m  x\n");
}

TEST(Table, DoesNotLetOthersSteerTheTerminal) {
  Table table({"A"});
  table.add_row({"x\x1b[2J\n"});
  EXPECT_EQ(table.render(Style()), "A\nx\\x1b[2J\\n\n");
}

TEST(Style, IsPlainWithoutATerminal) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  EXPECT_EQ(Style::of_terminal(ends[1]).red("x"), "x");
  close(ends[0]);
  close(ends[1]);
}

}  // namespace
}  // namespace fairlead::cli
