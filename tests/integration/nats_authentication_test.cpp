#include <filesystem>
#include <fstream>
#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fairlead/nats/connection.hpp"
#include "fairlead/nats/context.hpp"
#include "fairlead/testing/nats_server.hpp"

#include "core/strings.hpp"
#include "tests/integration/nats_jwt.hpp"

namespace fairlead::nats {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::UserClaims;

/// A folder that is gone with the object.
class Folder {
 public:
  Folder() {
    std::string pattern = ::testing::TempDir() + "authXXXXXX";
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ + "/" + name) << text;
    return path_ + "/" + name;
  }

 private:
  std::string path_;
};

/// Keeps every line that is logged, with all of its fields.
class KeepingSink final : public LogSink {
 public:
  void write(LogLevel, std::string_view message,
             const std::vector<std::pair<std::string, std::string>>& context,
             std::initializer_list<LogField> fields) override {
    const std::lock_guard lock(mutex_);
    append(text_, message);
    for (const auto& [key, value] : context) append(text_, " ", key, "=", value);
    for (const auto& [key, value] : fields) append(text_, " ", key, "=", value);
    text_ += '\n';
  }
  std::string text() {
    const std::lock_guard lock(mutex_);
    return text_;
  }

 private:
  std::mutex mutex_;
  std::string text_;
};

class NatsAuthentication : public ::testing::Test {
 protected:
  void start(const std::string& config) {
    server_.emplace(std::vector<std::string>{"-c", folder_.write("server.conf", config)});
  }
  void start_operator_mode() { start(testing::operator_mode_config()); }

  /// Options for the server, with a log that is kept.
  ConnectOptions options(const std::string& credentials = "") {
    const std::string at = credentials.empty() ? "" : credentials + "@";
    return ConnectOptions(concat("nats://", at, server_->address()))
        .set_logger(Logger(log_, LogLevel::kDebug));
  }

  /// Connects and has the server process something.
  static absl::Status enter(ConnectOptions options) {
    Loop loop;
    return loop.run(connect_and_flush(loop, std::move(options)));
  }
  static Task<absl::Status> connect_and_flush(Loop& loop, ConnectOptions options) {
    auto connection = co_await Connection::connect(loop, std::move(options));
    if (!connection.ok()) co_return connection.status();
    absl::Status status = co_await connection->flush(std::chrono::seconds(5));
    connection->close();
    co_return status;
  }

  void expect_enters(const ConnectOptions& options) {
    const absl::Status status = enter(options);
    EXPECT_TRUE(status.ok()) << status;
  }

  /// The message of the refusal, after looking that neither it nor the log holds a secret.
  std::string refusal(const ConnectOptions& options) {
    const absl::Status status = enter(options);
    EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated) << status;
    const std::string everything = concat(message_of(status), "\n", log_->text());
    std::vector<std::string> secrets = {"hunter2", "eyJ"};
    for (const auto& key : {testing::user_key(), testing::other_user_key()}) {
      secrets.push_back(key.seed.substr(2, 20));
    }
    for (const std::string& secret : secrets) EXPECT_THAT(everything, Not(HasSubstr(secret)));
    return std::string(message_of(status));
  }

  static std::int64_t now() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }

  Folder folder_;
  std::optional<testing::NatsServer> server_;
  std::shared_ptr<KeepingSink> log_ = std::make_shared<KeepingSink>();
};

TEST_F(NatsAuthentication, UserAndPassword) {
  start("authorization { user: ann, password: \"hunter2,@:/\" }");
  expect_enters(options().set_user("ann", "hunter2,@:/"));
  expect_enters(options("ann:hunter2%2C%40%3A%2F"));
  expect_enters(options("ann:hunter2%2C%40%3A%2F").set_user("bob", "wrong"));
  EXPECT_THAT(refusal(options().set_user("ann", "hunter2")), HasSubstr("check user, password"));
  EXPECT_THAT(refusal(options("ann:hunter2")), HasSubstr("check user, password"));
  EXPECT_THAT(refusal(options()), HasSubstr("check user, password"));
}

TEST_F(NatsAuthentication, Token) {
  start("authorization { token: hunter2 }");
  expect_enters(options().set_token("hunter2"));
  expect_enters(options("hunter2"));
  EXPECT_THAT(refusal(options().set_token("hunter22")), HasSubstr("token"));
}

TEST_F(NatsAuthentication, NKey) {
  start(concat("authorization { users: [ { nkey: ", testing::user_key().public_key, " } ] }"));
  expect_enters(options().set_nkey_file(folder_.write("user.nk", testing::user_key().seed)));
  expect_enters(options().set_nkey_seed(testing::user_key().seed));
  const std::string other = folder_.write("other.nk", testing::other_user_key().seed);
  EXPECT_THAT(refusal(options().set_nkey_file(other)), HasSubstr("check user, password, token or"));
  EXPECT_THAT(refusal(options().set_nkey_file("/nowhere/user.nk")),
              HasSubstr("/nowhere/user.nk: No such file"));
  const std::string broken = folder_.write("broken.nk", "SU" + testing::user_key().seed);
  EXPECT_THAT(refusal(options().set_nkey_file(broken)), HasSubstr("broken.nk:1: not an NKey seed"));
}

TEST_F(NatsAuthentication, AServerWithoutKeys) {
  server_.emplace();
  EXPECT_THAT(refusal(options().set_nkey_seed(testing::user_key().seed)),
              HasSubstr("the server asks for no signature"));
}

TEST_F(NatsAuthentication, CredentialsFile) {
  start_operator_mode();
  const std::string seed = testing::user_key().seed;
  const auto with = [&](const std::string& text) {
    return options().set_credentials_file(folder_.write("user.creds", text));
  };
  const std::string jwt = testing::user_jwt(UserClaims());
  expect_enters(with(testing::credentials_text(jwt, seed)));
  expect_enters(options().set_jwt(jwt, seed));

  EXPECT_THAT(refusal(options()), HasSubstr("check user, password, token or key"));
  EXPECT_THAT(refusal(options().set_credentials_file("/nowhere/user.creds")),
              HasSubstr("/nowhere/user.creds: No such file"));
  EXPECT_THAT(refusal(with("hunter2")), HasSubstr("user.creds: no block with a JWT"));
  EXPECT_THAT(refusal(with(testing::credentials_text(jwt, testing::other_user_key().seed))),
              HasSubstr("user.creds: the seed is not that of the JWT"));

  UserClaims expired;
  expired.expires = now() - 60;
  EXPECT_THAT(refusal(with(testing::credentials_text(testing::user_jwt(expired), seed))),
              AllOf(HasSubstr("user.creds: the JWT expired at"), HasSubstr("get new credentials")));
  UserClaims lasting;
  lasting.expires = now() + 3600;
  expect_enters(with(testing::credentials_text(testing::user_jwt(lasting), seed)));

  UserClaims strange;
  strange.signer = testing::operator_key();
  EXPECT_THAT(refusal(with(testing::credentials_text(testing::user_jwt(strange), seed))),
              HasSubstr("check user, password, token or key"));
  std::string forged = jwt;
  forged[forged.rfind('.') + 10] ^= 1;
  EXPECT_THAT(refusal(with(testing::credentials_text(forged, seed))),
              HasSubstr("check user, password, token or key"));
}

// The server ends the connection when the JWT does; trying again is refused, and once more for the
// same reason, which is the end.
TEST_F(NatsAuthentication, AJwtThatExpiresWhileConnected) {
  start_operator_mode();
  UserClaims claims;
  claims.expires = now() + 2;
  Loop loop;
  const auto connection = loop.run(Connection::connect(
      loop, options()
                .set_jwt(testing::user_jwt(claims), testing::user_key().seed)
                .set_reconnect_wait(std::chrono::milliseconds(1), std::chrono::milliseconds(0))));
  ASSERT_TRUE(connection.ok()) << connection.status();
  auto open = *connection;
  EventStream events = open.events();
  const absl::Status end = loop.run(open.closed());
  EXPECT_TRUE(absl::IsUnauthenticated(end)) << end;
  EXPECT_THAT(std::string(end.message()), HasSubstr("xpired"));
  EXPECT_EQ(loop.run(events.next())->kind(), EventKind::kConnected);
  const auto lost = loop.run(events.next());
  EXPECT_EQ(lost->kind(), EventKind::kDisconnected);
  EXPECT_TRUE(absl::IsUnauthenticated(lost->status())) << lost->status();
  EXPECT_EQ(loop.run(events.next())->kind(), EventKind::kClosed);
}

TEST_F(NatsAuthentication, BearerJwt) {
  start_operator_mode();
  UserClaims claims;
  claims.bearer = true;
  expect_enters(options().set_jwt(testing::user_jwt(claims)));
  EXPECT_THAT(refusal(options().set_jwt(testing::user_jwt(UserClaims()))),
              HasSubstr("the JWT is not a bearer token"));
}

TEST_F(NatsAuthentication, AConnectLineThatIsTooLongSaysWhatToDo) {
  start_operator_mode();
  UserClaims claims;
  claims.name = std::string(8192, 'x');
  const absl::Status status =
      enter(options().set_jwt(testing::user_jwt(claims), testing::user_key().seed));
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
  EXPECT_THAT(std::string(message_of(status)), HasSubstr("raise max_control_line"));
}

TEST_F(NatsAuthentication, Context) {
  start_operator_mode();
  const std::string creds = folder_.write(
      "user.creds",
      testing::credentials_text(testing::user_jwt(UserClaims()), testing::user_key().seed));
  const std::string file = folder_.write(
      "context.json", concat(R"({"url":")", server_->url(), R"(","creds":")", creds, R"("})"));
  ConnectOptions options;
  ASSERT_TRUE(apply_context(load_context(file).value(), options).ok());
  expect_enters(options);
}

}  // namespace
}  // namespace fairlead::nats
