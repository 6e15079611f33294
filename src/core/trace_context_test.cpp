#include "fairlead/trace_context.hpp"

#include <gtest/gtest.h>

namespace fairlead {
namespace {

constexpr std::string_view kText = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

TEST(TraceContext, ReadsAndWritesATraceparent) {
  const auto context = TraceContext::parse(kText);
  ASSERT_TRUE(context);
  EXPECT_TRUE(context->valid());
  EXPECT_TRUE(context->sampled());
  EXPECT_EQ(context->trace_id_text(), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(context->span_id_text(), "b7ad6b7169203331");
  EXPECT_EQ(context->text(), kText);
}

TEST(TraceContext, KeepsTheFlagsThatItKnowsAndDropsOthers) {
  std::string text(kText);
  text[54] = '0';
  EXPECT_FALSE(TraceContext::parse(text)->sampled());
  text.replace(53, 2, "ff");
  EXPECT_EQ(TraceContext::parse(text)->text().substr(53), "03");
}

TEST(TraceContext, ReadsALaterVersionAsFarAsItIsKnown) {
  std::string text(kText);
  text[1] = '1';
  EXPECT_TRUE(TraceContext::parse(text));
  EXPECT_TRUE(TraceContext::parse(text + "-more"));
  EXPECT_FALSE(TraceContext::parse(text + ".more"));
  EXPECT_EQ(TraceContext::parse(text + "-more")->text(), kText);
}

TEST(TraceContext, RefusesWhatIsMalformed) {
  EXPECT_FALSE(TraceContext::parse(""));
  EXPECT_FALSE(TraceContext::parse(kText.substr(1)));
  EXPECT_FALSE(TraceContext::parse(std::string(kText) + "-more"));  // version 00 ends there
  for (const std::size_t place : {0u, 2u, 10u, 35u, 40u, 52u, 54u}) {
    std::string text(kText);
    text[place] = 'X';
    EXPECT_FALSE(TraceContext::parse(text)) << text;
  }
  std::string upper(kText);
  upper[4] = 'A';
  EXPECT_FALSE(TraceContext::parse(upper));
  EXPECT_FALSE(TraceContext::parse("ff" + std::string(kText.substr(2))));
  EXPECT_FALSE(TraceContext::parse("00-00000000000000000000000000000000-b7ad6b7169203331-01"));
  EXPECT_FALSE(TraceContext::parse("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01"));
}

TEST(TraceContext, IdsMayBePartlyZero) {
  for (const char* text : {"00-00000000000000000000000000000001-b7ad6b7169203331-01",
                           "00-10000000000000000000000000000000-0000000000000001-01",
                           "00-00000000000000010000000000000000-1000000000000000-01"}) {
    ASSERT_TRUE(TraceContext::parse(text)) << text;
    EXPECT_EQ(TraceContext::parse(text)->text(), text);
  }
}

TEST(TraceContext, BelongsToNoTraceByDefault) {
  EXPECT_FALSE(TraceContext().valid());
}

}  // namespace
}  // namespace fairlead
