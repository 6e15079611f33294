// Two versions of a service in one process; with --only acme.users.v1.Users.Get, or v2, in two.
#include <memory>

#include "fairlead/app.hpp"

#include "acme/users/v1/users.fairlead.hpp"
#include "acme/users/v2/users.fairlead.hpp"
#include "users.hpp"

int main(int argc, char** argv) {
  const auto users = std::make_shared<UsersV2>();
  fairlead::App app("users");
  app.add(acme::users::v2::UsersService::bind(users));
  app.add(acme::users::v1::UsersService::bind(std::make_shared<UsersV1>(users)));
  return app.run(argc, argv);
}
