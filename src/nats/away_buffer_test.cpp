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
  RequestMux requests("_INBOX.x");
  AwayBuffer away(1000);
  EXPECT_FALSE(away.make_room(1000, requests)) << "what it notes of a message takes room too";
  int kept = 0;
  while (away.make_room(9, requests)) {
    away.append("a", "", "", 0, std::nullopt);  // PUB a 0, and two line ends
    ++kept;
  }
  EXPECT_GT(kept, 5);
  EXPECT_LT(kept, 40);
  EXPECT_LE(away.size(), 1000u);
}

TEST(AwayBuffer, RequestsThatNobodyWaitsForMakeRoom) {
  RequestMux requests("_INBOX.x");
  AwayBuffer away(1000);
  auto given_up = std::make_unique<Request>();
  Request waiting;
  away.append("m", "", "", 200, std::nullopt);
  const std::string gone(requests.open(*given_up, "a"));
  away.append("a", gone, "", 400, requests.ticket(*given_up));
  const std::string reply(requests.open(waiting, "b"));
  std::memcpy(away.append("b", reply, "", 3, requests.ticket(waiting)), "yes", 3);
  EXPECT_FALSE(away.make_room(300, requests)) << "all are waited for";
  given_up.reset();
  EXPECT_TRUE(away.make_room(300, requests));
  EXPECT_LT(away.size(), 500u);
  std::memcpy(away.append("c", "", "", 4, std::nullopt), "last", 4);
  ByteBuffer output;
  away.send(output, requests, 100);
  EXPECT_EQ(output.view(), concat("PUB b ", reply, " 3\r\nyes\r\nPUB c 4\r\nlast\r\n"));
}

}  // namespace
}  // namespace fairlead::nats
