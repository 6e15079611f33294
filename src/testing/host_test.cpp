#include "fairlead/testing/host.hpp"

#include <stdexcept>

#include <gmock/gmock.h>
#include <google/protobuf/wrappers.pb.h>
#include <gtest/gtest.h>

namespace fairlead::testing {
namespace {

TEST(Host, SaysWhyAServiceCannotBeHosted) {
  ServiceDescription description;
  description.full_name = "test.Nothing";
  description.name = "not a name";
  try {
    Host host{Service(description)};
    FAIL() << "it is hosted";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("not a name"));
  }
}

TEST(Host, SaysThatThereIsNoNats) {
  EXPECT_THROW(Host(std::vector<Service>(), HostOptions().set_nats("nats://127.0.0.1:1")),
               std::runtime_error);
}

TEST(Host, IsStoppedOnce) {
  Host host{std::vector<Service>()};
  EXPECT_FALSE(host.channel().connection().has_value());
  EXPECT_TRUE(host.stop(std::chrono::seconds(1)).ok());
  EXPECT_TRUE(host.stop(std::chrono::seconds(1)).ok());
}

}  // namespace
}  // namespace fairlead::testing
