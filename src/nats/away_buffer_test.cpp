#include "nats/away_buffer.hpp"

#include <cstring>
#include <memory>

#include <gtest/gtest.h>

#include "core/strings.hpp"

namespace fairlead::nats {
namespace {

struct Request final : PendingRequest {
  void on_reply(const MessageView&) override {}
  void on_no_responders() override {}
  void on_timeout() override {}
  void on_failed(const absl::Status&) override {}
};

TEST(AwayBuffer, KeepsWhatIsPublishedInItsOrder) {
  RequestMux requests("_INBOX.x");
  AwayBuffer away(1000);
  std::memcpy(away.append("a", "", "", 3, std::nullopt), "one", 3);
  std::memcpy(away.append("b", "r", "", 3, std::nullopt), "two", 3);
  ByteBuffer output;
  output.append("SUB x 1\r\n");
  away.send(output, requests, 100);
  EXPECT_EQ(output.view(), "SUB x 1\r\nPUB a 3\r\none\r\nPUB b r 3\r\ntwo\r\n");
  EXPECT_EQ(away.size(), 0u);
}

TEST(AwayBuffer, LeavesOutRequestsThatNobodyWaitsFor) {
  RequestMux requests("_INBOX.x");
  AwayBuffer away(1000);
  auto given_up = std::make_unique<Request>();
  Request waiting;
  const std::string first(requests.open(*given_up, "a"));
  away.append("a", first, "", 0, requests.ticket(*given_up));
  given_up.reset();
  const std::string second(requests.open(waiting, "b"));
  away.append("b", second, "", 0, requests.ticket(waiting));
  ByteBuffer output;
  away.send(output, requests, 100);
  EXPECT_EQ(output.view(), concat("PUB b ", second, " 0\r\n\r\n"));
}

TEST(AwayBuffer, LeavesOutWhatTheServerWouldCloseTheConnectionFor) {
  RequestMux requests("_INBOX.x");
  AwayBuffer away(1000);
  Request request;
  const std::string reply(requests.open(request, "a"));
  away.append("a", reply, "", 6, requests.ticket(request));
  away.append("b", "", "", 6, std::nullopt);
  std::memcpy(away.append("c", "", "", 5, std::nullopt), "small", 5);
  ByteBuffer output;
  const AwayBuffer::TooLarge too_large = away.send(output, requests, 5);
  EXPECT_EQ(output.view(), "PUB c 5\r\nsmall\r\n");
  EXPECT_EQ(too_large.requests.size(), 1u);
  EXPECT_EQ(too_large.subjects, std::vector<std::string>{"b"});
}

TEST(AwayBuffer, IsBounded) {
  AwayBuffer away(10);
  EXPECT_TRUE(away.has_room(10));
  EXPECT_FALSE(away.has_room(11));
  away.append("a", "", "", 0, std::nullopt);
  EXPECT_FALSE(away.has_room(1));
}

}  // namespace
}  // namespace fairlead::nats
