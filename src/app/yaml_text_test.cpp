#include "app/yaml_text.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace fairlead {
namespace {

TEST(YamlText, AFileThatCannotBeReadIsNamed) {
  const auto missing = read_text_file("/nonexistent/calc.yaml", "the configuration file");
  EXPECT_EQ(missing.status().message(),
            "the configuration file /nonexistent/calc.yaml cannot be read: No such file or "
            "directory");
  const auto folder = read_text_file("/", "the configuration file");
  EXPECT_EQ(folder.status().message(), "the configuration file / cannot be read: Is a directory");
}

TEST(YamlText, IsReadFromDisk) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("fairlead-yaml-test-" + std::to_string(::getpid()) + ".yaml");
  for (const char* text : {"", "loops: 2\n"}) {
    std::ofstream(path) << text;
    const auto read = read_text_file(path, "the configuration file");
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(*read, text);
  }
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace fairlead
