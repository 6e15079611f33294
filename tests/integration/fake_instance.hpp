#pragma once

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "fairlead/block_on.hpp"
#include "fairlead/nats/connection.hpp"

#include "core/strings.hpp"
#include "tests/integration/line_socket.hpp"

namespace fairlead::testing {

/// Something that gives out tickets for links to a unix socket which a test serves by hand.
class FakeInstance {
 public:
  /// `proof` is what its ticket says.
  FakeInstance(Loop& loop, const nats::Connection& connection, const std::string& service,
               const std::string& path, const std::string& proof)
      : loop_(loop), path_(path), listener_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(::listen(listener_, 8), 0);
    const std::string name = R"({"instance":"FAKE"})";
    const std::string ticket =
        concat(R"({"instance":"FAKE","addresses":["unix://)", path,
               R"("],"token":"t","socket_token":"s","proof":")", proof,
               R"(","certificate":"sha256:)", std::string(64, '0'), R"(","max_payload":1048576})");
    answer(connection, concat(service, "._.direct"), name);
    answer(connection, concat(service, "._.FAKE.direct"), ticket);
  }
  ~FakeInstance() {
    EXPECT_TRUE(block_on(loop_, leave()).ok());
    close();
  }

  /// Takes no more callers.
  void close() {
    if (listener_ >= 0) ::close(std::exchange(listener_, -1));
    ::unlink(path_.c_str());
  }

  /// The next caller, which has shown its ticket, and is let in.
  LineSocket accept() const {
    LineSocket socket = accept_silently();
    socket.send("INFO {\"proof\":\"p\"}\r\n");
    return socket;
  }
  /// The next caller, which has shown its ticket, and waits for the answer.
  LineSocket accept_silently() const {
    LineSocket socket = LineSocket::adopt(::accept(listener_, nullptr, nullptr));
    EXPECT_EQ(socket.read_line(), R"(CONNECT {"ticket":"s"})");
    return socket;
  }

 private:
  void answer(const nats::Connection& connection, const std::string& subject,
              const std::string& body) {
    EXPECT_TRUE(block_on(loop_, listen(connection, subject, body)).ok());
  }
  Task<absl::Status> listen(nats::Connection connection, std::string subject, std::string body) {
    const auto reply = [connection, body](const nats::MessageView& question) mutable {
      connection.publish(question.reply, body).IgnoreError();
    };
    auto subscription = connection.subscribe(subject, nats::SubscribeOptions(), reply);
    if (!subscription.ok()) co_return subscription.status();
    subscriptions_.push_back(*std::move(subscription));
    co_return absl::OkStatus();
  }
  Task<absl::Status> leave() {
    subscriptions_.clear();
    co_return absl::OkStatus();
  }

  Loop& loop_;
  const std::string path_;
  int listener_;
  std::vector<nats::Subscription> subscriptions_;
};

}  // namespace fairlead::testing
