#include "nats/tcp_connect.hpp"

#include <gtest/gtest.h>

#include "fairlead/loop.hpp"

#include "core/strings.hpp"

namespace fairlead::nats {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::milliseconds;

const asio::ip::address kLoopback = asio::ip::address_v4::loopback();

// An address that swallows everything: its queue of connections is full, and nobody accepts.
class Swallower {
 public:
  Swallower() {
    listener_.open(tcp::v4());
    listener_.bind({kLoopback, 0});
    listener_.listen(0);
    for (int i = 0; i < 4; ++i) {
      fillers_.emplace_back(context_).async_connect(endpoint(), [](auto) {});
    }
  }
  tcp::endpoint endpoint() const { return listener_.local_endpoint(); }

 private:
  asio::io_context context_;
  tcp::acceptor listener_{context_};
  std::vector<tcp::socket> fillers_;
};

class TcpConnect : public ::testing::Test {
 protected:
  absl::Status connect(const std::vector<tcp::endpoint>& endpoints, Deadline deadline) {
    ConnectAbort abort;
    return loop_.run(connect_first(loop_.core(), endpoints, deadline, abort)).status();
  }

  Loop loop_;
  asio::io_context context_;
  tcp::acceptor listener_{context_, tcp::endpoint(kLoopback, 0)};
  Swallower swallower_;
  const tcp::endpoint nobody_{kLoopback, 1};
};

TEST_F(TcpConnect, ADeadAddressLeavesTimeForTheOthers) {
  const Deadline deadline = Deadline::after(milliseconds(900));
  const absl::Status status =
      connect({swallower_.endpoint(), nobody_, listener_.local_endpoint()}, deadline);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_FALSE(deadline.passed());
}

TEST_F(TcpConnect, SaysWhatEachAddressDid) {
  const auto said = [this](const std::vector<tcp::endpoint>& endpoints) {
    return std::string(message_of(connect(endpoints, Deadline::after(milliseconds(50)))));
  };
  EXPECT_EQ(said({nobody_}), "connecting failed: Connection refused");
  EXPECT_EQ(said({swallower_.endpoint(), nobody_}),
            "connecting failed: 127.0.0.1: no answer in time, 127.0.0.1: Connection refused");
}

}  // namespace
}  // namespace fairlead::nats
