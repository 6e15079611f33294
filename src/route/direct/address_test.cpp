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

TEST(DirectAddress, MayBeAnnouncedAsAnother) {
  const std::pair<const char*, const char*> forms[] = {
      {":4000", "tcp://:4000"},
      {":7000=10.0.0.5:7001", "tcp://:7000=tcp://10.0.0.5:7001"},
      {"0.0.0.0:0=10.0.0.5:0", "tcp://0.0.0.0:0=tcp://10.0.0.5:0"},
      {"[::]:7000=[2001:db8::5]:7000", "tcp://[::]:7000=tcp://[2001:db8::5]:7000"},
      {"unix:/a=b.sock", "unix:///a=b.sock"},
      {"unix:/a=b.sock=unix:/mnt/b.sock", "unix:///a=b.sock=unix:///mnt/b.sock"}};
  for (const auto& [text, shown] : forms) {
    const auto address = parse_listen_address(text);
    ASSERT_TRUE(address.ok()) << address.status();
    EXPECT_EQ(to_string(*address), shown);
    const auto again = parse_listen_address(shown);
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(to_string(*again), shown);
  }
  for (const char* text : {"=", ":7000=", "=10.0.0.5:7000", ":7000=10.0.0.5", ":7000=:7000",
                           ":7000=host:7000", ":7000=unix:/a.sock", ":7000=10.0.0.5:1=10.0.0.6:1",
                           ":7000=0.0.0.0:7000", ":7000=[::]:7000"}) {
    const auto address = parse_listen_address(text);
    EXPECT_EQ(address.status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

std::string shown_for_loop(std::string_view text, int number) {
  const auto address = for_loop(*parse_listen_address(text), number);
  return address.ok() ? to_string(*address) : std::string(address.status().message());
}

TEST(DirectAddress, EachLoopHasItsOwn) {
  EXPECT_EQ(shown_for_loop("h:4000", 0), "tcp://h:4000");
  EXPECT_EQ(shown_for_loop("h:4000", 3), "tcp://h:4003");
  EXPECT_EQ(shown_for_loop("h:0", 3), "tcp://h:0");
  EXPECT_EQ(shown_for_loop("unix:/a.sock", 1), "unix:///a.sock.1");
  EXPECT_EQ(shown_for_loop(":4000=10.0.0.5:7000", 2), "tcp://:4002=tcp://10.0.0.5:7002");
  EXPECT_EQ(shown_for_loop(":0=10.0.0.5:0", 2), "tcp://:0=tcp://10.0.0.5:0");
  EXPECT_EQ(shown_for_loop("unix:/a=unix:/b", 2), "unix:///a.2=unix:///b.2");
}

TEST(DirectAddress, PortsDoNotStartAnewBehindTheLast) {
  EXPECT_EQ(shown_for_loop("h:65535", 0), "tcp://h:65535");
  EXPECT_EQ(shown_for_loop("h:65534", 1), "tcp://h:65535");
  EXPECT_EQ(shown_for_loop("h:65535", 1),
            "each loop takes the next port from tcp://h:65535 on for direct links, and there is "
            "none for loop 2; start with a lower port, or with fewer loops");
  EXPECT_FALSE(for_loop(*parse_listen_address(":4000=10.0.0.5:65535"), 1).ok());
}

TEST(DirectAddress, AMachineHasAtLeastOne) {
  EXPECT_FALSE(addresses_of_machine().empty());
}

}  // namespace
}  // namespace fairlead::route::direct
