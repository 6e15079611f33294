#include "route/direct/address.hpp"

#include <gtest/gtest.h>

namespace fairlead::route::direct {
namespace {

TEST(DirectAddress, IsReadInAllItsForms) {
  const std::pair<const char*, const char*> forms[] = {
      {"127.0.0.1:4000", "tcp://127.0.0.1:4000"},
      {"tcp://host:0", "tcp://host:0"},
      {":4000", "tcp://:4000"},
      {"[::1]:4000", "tcp://[::1]:4000"},
      {"unix:/run/calc.sock", "unix:///run/calc.sock"},
      {"unix:///run/calc.sock", "unix:///run/calc.sock"}};
  for (const auto& [text, shown] : forms) {
    const auto address = parse_address(text);
    ASSERT_TRUE(address.ok()) << address.status();
    EXPECT_EQ(to_string(*address), shown);
    const auto again = parse_address(shown);
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(to_string(*again), shown);
  }
}

TEST(DirectAddress, IsRefusedIfItIsNone) {
  const std::string long_path = "unix:/" + std::string(120, 'x');
  for (const std::string& text :
       {std::string(""), std::string("host"), std::string("host:"), std::string("host:65536"),
        std::string("host:-1"), std::string("::1:40"), std::string("[]:40"),
        std::string("unix:run"), std::string("unix:"), long_path}) {
    EXPECT_EQ(parse_address(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

TEST(DirectAddress, EachLoopHasItsOwn) {
  EXPECT_EQ(to_string(for_loop(*parse_address("h:4000"), 0)), "tcp://h:4000");
  EXPECT_EQ(to_string(for_loop(*parse_address("h:4000"), 3)), "tcp://h:4003");
  EXPECT_EQ(to_string(for_loop(*parse_address("h:0"), 3)), "tcp://h:0");
  EXPECT_EQ(to_string(for_loop(*parse_address("unix:/a.sock"), 1)), "unix:///a.sock.1");
}

TEST(DirectAddress, AMachineHasAtLeastOne) {
  EXPECT_FALSE(addresses_of_machine().empty());
}

}  // namespace
}  // namespace fairlead::route::direct
