#include "users.hpp"

#include <gtest/gtest.h>

#include "fairlead/testing/host.hpp"

#include "acme/users/v1/users.fairlead.hpp"
#include "acme/users/v2/users.fairlead.hpp"

namespace {

std::vector<fairlead::Service> both() {
  const auto users = std::make_shared<UsersV2>();
  return {acme::users::v2::UsersService::bind(users),
          acme::users::v1::UsersService::bind(std::make_shared<UsersV1>(users))};
}

TEST(Versions, EachClientHasItsOwn) {
  fairlead::testing::Host host(both());
  acme::users::v1::UsersBlockingClient old_client(host.channel());
  acme::users::v2::UsersBlockingClient new_client(host.channel());
  acme::users::v1::GetRequest old_request;
  acme::users::v2::GetRequest new_request;
  old_request.set_id("ada");
  new_request.set_id("ada");
  EXPECT_EQ(old_client.Get(old_request)->name(), "Ada Lovelace");
  EXPECT_EQ(new_client.Get(new_request)->family_name(), "Lovelace");
  new_request.set_id("bob");
  EXPECT_TRUE(absl::IsNotFound(new_client.Get(new_request).status()));
}

TEST(Versions, OneThatIsNotHostedIsToldAtOnce) {
  fairlead::testing::Host host(acme::users::v2::UsersService::bind(std::make_shared<UsersV2>()));
  acme::users::v1::UsersBlockingClient client(host.channel());
  const absl::Status status = client.Get(acme::users::v1::GetRequest()).status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
}

}  // namespace
