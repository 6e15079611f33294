#include "nats/subject.hpp"

#include <gtest/gtest.h>

namespace fairlead::nats {
namespace {

TEST(Subject, Publish) {
  for (const char* good : {"a", "a.b.C-1_$", "$SRV.PING", "größe.ü", "a*b.c>d"}) {
    EXPECT_TRUE(check_publish_subject(good).ok()) << good;
  }
  for (const char* bad :
       {"", ".", "a.", ".a", "a..b", "a b", "a\tb", "a\r\nPUB x 0", "*", "a.*", ">", "a.>"}) {
    EXPECT_FALSE(check_publish_subject(bad).ok()) << bad;
  }
}

TEST(Subject, Subscribe) {
  for (const char* good : {"a", "*", ">", "a.*.b", "a.>"}) {
    EXPECT_TRUE(check_subscribe_subject(good).ok()) << good;
  }
  for (const char* bad : {"", "a..b", "a b", ">.a", "a.>.b"}) {
    EXPECT_FALSE(check_subscribe_subject(bad).ok()) << bad;
  }
}

TEST(Subject, ErrorsSayWhatIsWrongOnOneLine) {
  EXPECT_EQ(
      check_publish_subject("a\r\nb").message(),
      "\"a\\r\\nb\" is not a subject to publish to: it contains a blank or control character");
  EXPECT_FALSE(check_queue_group("a b").ok());
  EXPECT_TRUE(check_queue_group("q").ok());
}

}  // namespace
}  // namespace fairlead::nats
