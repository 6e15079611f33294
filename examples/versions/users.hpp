#pragma once

#include <memory>
#include <utility>

#include <absl/status/statusor.h>

#include "acme/users/v1/users.pb.h"
#include "acme/users/v2/users.pb.h"

/// The service as it is today.
class UsersV2 {
 public:
  absl::StatusOr<acme::users::v2::User> Get(const acme::users::v2::GetRequest& request) {
    if (request.id() != "ada") return absl::NotFoundError("there is no such user");
    acme::users::v2::User user;
    user.set_id(request.id());
    user.set_given_name("Ada");
    user.set_family_name("Lovelace");
    return user;
  }
};

/// The former version: today's, as its callers know it.
class UsersV1 {
 public:
  explicit UsersV1(std::shared_ptr<UsersV2> users) : users_(std::move(users)) {}

  absl::StatusOr<acme::users::v1::User> Get(const acme::users::v1::GetRequest& request) {
    acme::users::v2::GetRequest today;
    today.set_id(request.id());
    const absl::StatusOr<acme::users::v2::User> found = users_->Get(today);
    if (!found.ok()) return found.status();
    acme::users::v1::User user;
    user.set_id(found->id());
    user.set_name(found->given_name() + " " + found->family_name());
    return user;
  }

 private:
  std::shared_ptr<UsersV2> users_;
};
