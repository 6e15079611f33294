// Calls through a NATS server, by generated clients to generated bindings.

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fairlead/block_on.hpp"
#include "fairlead/server.hpp"
#include "fairlead/testing/nats_server.hpp"

#include "acme/users/users.fairlead.hpp"
#include "keywords.fairlead.hpp"
#include "no_messages.fairlead.hpp"

namespace {

using fairlead::Task;
using std::chrono::seconds;

struct Directory {
  using User = acme::users::User;

  acme::users::User_Address_Line Normalize(const acme::users::User_Address& address) {
    acme::users::User_Address_Line line;
    for (const auto& part : address.lines()) line.set_text(line.text() + part.text() + ";");
    return line;
  }
  Task<absl::StatusOr<acme::common::Page_Token>> Next(acme::common::Page page) {
    if (!page.has_size()) co_return absl::InvalidArgumentError("size is missing");
    acme::common::Page_Token token;
    token.set_value(page.token().value() + "+" + std::to_string(page.size()));
    co_return token;
  }
  absl::Status Delete(const User& user) {
    return user.name().empty() ? absl::NotFoundError("nobody") : absl::OkStatus();
  }
  void Log(const User& user) { logged += user.name() == "Ann" ? 1 : 100; }
  Task<void> Notify(User user) {
    logged += user.name() == "Bob" ? 10 : 100;
    co_return;
  }
  User List(const google::protobuf::Empty&) {
    User user;
    user.set_name("number " + std::to_string(logged.load()));
    return user;
  }

  std::atomic<int> logged = 0;
};

struct Keywords {
  keywords::delete_ class_(const keywords::class_&) { return {}; }
  keywords::class_ delete_(const keywords::class__operator&) {
    keywords::class_ response;
    response.set_int_(7);
    return response;
  }
  keywords::delete_ co_await_(const keywords::delete_&) { return {}; }
  keywords::delete_ requires_(const keywords::delete_&) { return {}; }
  keywords::delete_ NULL_(const keywords::delete_&) { return {}; }
  keywords::delete_ errno_(const keywords::delete_&) { return {}; }
};

struct Foreign {
  absl::Status Touch(const google::protobuf::Empty&) { return absl::OkStatus(); }
  NoPackage Echo(const NoPackage& request) { return request; }
};

// A server with three services on one loop, which the blocking clients use from this thread.
class Call : public testing::Test {
 protected:
  void SetUp() override {
    auto connected = fairlead::nats::connect_and_wait(thread_.loop(),
                                                      fairlead::nats::ConnectOptions(nats_.url()));
    ASSERT_TRUE(connected.ok()) << connected.status();
    connection_.emplace(*connected);
    const absl::Status started = fairlead::block_on(thread_.loop(), start());
    ASSERT_TRUE(started.ok()) << started;
  }

  void TearDown() override {
    if (!server_) return;
    const absl::Status stopped = fairlead::block_on(thread_.loop(), stop());
    EXPECT_TRUE(stopped.ok()) << stopped;
  }

  Task<absl::Status> start() {
    server_ =
        std::make_unique<fairlead::Server>(*connection_, std::make_shared<fairlead::WorkerPool>(2));
    for (fairlead::Service service :
         {acme::users::DirectoryService::bind(std::make_shared<Directory>()),
          keywords::namespaceService::bind(std::make_shared<Keywords>()),
          no_messages::ForeignService::bind(std::make_shared<Foreign>())}) {
      absl::Status added = server_->add(std::move(service));
      if (!added.ok()) co_return added;
    }
    absl::Status started = co_await server_->start();
    co_return started;
  }

  Task<absl::Status> stop() {
    absl::Status stopped = co_await server_->stop(seconds(10));
    server_.reset();
    connection_->close();
    co_return stopped;
  }

  fairlead::testing::NatsServer nats_;
  fairlead::LoopThread thread_;
  std::optional<fairlead::nats::Connection> connection_;
  std::unique_ptr<fairlead::Server> server_;
};

TEST_F(Call, GoesThereAndBack) {
  const acme::users::DirectoryBlockingClient client(*connection_);
  acme::users::User_Address address;
  address.add_lines()->set_text("Long Street 1");
  address.add_lines()->set_text("Town");
  EXPECT_EQ(client.Normalize(address).value().text(), "Long Street 1;Town;");
}

TEST_F(Call, CarriesOptionalFieldsAndFailures) {
  const acme::users::DirectoryBlockingClient client(*connection_);
  acme::common::Page page;
  EXPECT_EQ(client.Next(page, fairlead::CallOptions().set_timeout(seconds(5))).status().message(),
            "size is missing");
  page.set_size(0);
  page.mutable_token()->set_value("a");
  EXPECT_EQ(client.Next(page, fairlead::CallOptions().set_timeout(seconds(5))).value().value(),
            "a+0");
  EXPECT_EQ(client.Delete(acme::users::User()).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(Call, GoesOneWay) {
  const acme::users::DirectoryBlockingClient client(*connection_);
  acme::users::User user;
  user.set_name("Ann");
  EXPECT_TRUE(client.Log(user).ok());
  user.set_name("Bob");
  EXPECT_TRUE(client.Notify(user).ok());
  // One-way calls say nothing of their end, so this asks until both have been counted.
  const auto end = std::chrono::steady_clock::now() + seconds(10);
  std::string listed;
  while (listed != "number 11" && std::chrono::steady_clock::now() < end) {
    listed = client.List(google::protobuf::Empty()).value().name();
  }
  EXPECT_EQ(listed, "number 11");
}

TEST_F(Call, ReachesKeywordsByTheirOwnNames) {
  const keywords::namespaceBlockingClient client(*connection_);
  EXPECT_TRUE(client.class_(keywords::class_()).ok());
  EXPECT_EQ(client.delete_(keywords::class__operator()).value().int_(), 7);
  EXPECT_TRUE(client.NULL_(keywords::delete_()).ok());
}

TEST_F(Call, ReachesAServiceWhoseFileHasNoMessage) {
  const no_messages::ForeignBlockingClient client(*connection_);
  EXPECT_TRUE(client.Touch(google::protobuf::Empty()).ok());
  NoPackage request;
  request.set_text("ahoy");
  EXPECT_EQ(client.Echo(request).value().text(), "ahoy");
}

TEST_F(Call, IsAwaitedByCoroutines) {
  const auto call = [](fairlead::nats::Connection connection) -> Task<absl::StatusOr<std::string>> {
    const acme::users::DirectoryClient client(connection);
    const google::protobuf::Empty request;
    absl::StatusOr<acme::users::User> user = co_await client.List(request);
    if (!user.ok()) co_return user.status();
    co_return user->name();
  };
  EXPECT_EQ(fairlead::block_on(thread_.loop(), call(*connection_)).value(), "number 0");
}

TEST_F(Call, OnTheLoopsOwnThreadIsRefused) {
  const auto call = [](fairlead::nats::Connection connection) -> Task<absl::Status> {
    const acme::users::DirectoryBlockingClient client(connection);
    co_return client.List(google::protobuf::Empty()).status();
  };
  EXPECT_EQ(fairlead::block_on(thread_.loop(), call(*connection_)).code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(Call, FindsNobodyUnderAnotherPrefix) {
  fairlead::ClientOptions options;
  options.set_prefix("elsewhere");
  const acme::users::DirectoryBlockingClient client(*connection_, options);
  EXPECT_EQ(client.List(google::protobuf::Empty()).status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(Call, DiscoveryShowsHowTheAuthorWantsItCalled) {
  const auto info = fairlead::block_on(
      thread_.loop(), connection_->request("$SRV.INFO.users_directory-1", "", seconds(10)));
  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_THAT(info->payload,
              testing::HasSubstr("\"fairlead.retry\":\"attempts: 4, initial_backoff: 50ms, "
                                 "max_backoff: 1s, multiplier: 2, budget_ratio: 0.2, "
                                 "budget_per_second: 0\""));
  EXPECT_THAT(info->payload, testing::HasSubstr("\"fairlead.throttle\":\"multiplier: 1.5, "));
  EXPECT_THAT(info->payload, testing::HasSubstr("\"fairlead.breaker\":\"failure_ratio: 0.75, "));
  EXPECT_THAT(info->payload, testing::HasSubstr("\"fairlead.hedge\":\"percentile: 95, "));
}

}  // namespace
