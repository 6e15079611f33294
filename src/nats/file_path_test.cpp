#include "nats/file_path.hpp"

#include <cstdlib>

#include <gtest/gtest.h>

#include "core/strings.hpp"

namespace fairlead::nats {
namespace {

TEST(FilePath, HomeAndVariablesAreExpanded) {
  setenv("HOME", "/home", 1);
  setenv("FAIRLEAD_TEST_FOLDER", "/keys", 1);
  EXPECT_EQ(*expand_path("~"), "/home");
  EXPECT_EQ(*expand_path("~/a"), "/home/a");
  EXPECT_EQ(*expand_path("$FAIRLEAD_TEST_FOLDER/a"), "/keys/a");
  EXPECT_EQ(*expand_path("x${FAIRLEAD_TEST_FOLDER}y"), "x/keysy");
}

TEST(FilePath, OtherSignsStandForThemselves) {
  for (const char* path : {"", "/a/b", "a~", "~ann/a", "a$", "$/a", "${", "${}", "${A"}) {
    EXPECT_EQ(*expand_path(path), path);
  }
}

TEST(FilePath, AVariableThatIsNotSetIsNamed) {
  unsetenv("FAIRLEAD_TEST_UNSET");
  const auto path = expand_path("/a/$FAIRLEAD_TEST_UNSET");
  EXPECT_EQ(message_of(path.status()), "environment variable FAIRLEAD_TEST_UNSET is not set");
}

}  // namespace
}  // namespace fairlead::nats
