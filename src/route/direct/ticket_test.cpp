#include "route/direct/ticket.hpp"

#include <memory>

#include <gtest/gtest.h>

#include "core/strings.hpp"
#include "route/direct/ticket_office.hpp"

namespace fairlead::route::direct {
namespace {

using std::chrono::seconds;

std::string show(const std::variant<TicketOffice::Entry, Refusal>& shown) {
  if (const auto* refusal = std::get_if<Refusal>(&shown))
    return std::string(refusal_name(*refusal));
  return "in";
}

class Tickets : public ::testing::Test {
 protected:
  // The office never looks into a service.
  Host& host() { return *reinterpret_cast<Host*>(&place_); }
  std::string redeem(const std::string& token, bool encrypted = true) {
    return show(office_.redeem(token, encrypted, now_));
  }

  std::max_align_t place_;
  TicketOffice office_;
  TicketOffice::TimePoint now_{};
};

TEST_F(Tickets, LetInOnce) {
  const auto ticket = office_.issue(host(), now_);
  EXPECT_EQ(ticket.token.size(), 32u);
  EXPECT_NE(ticket.token, ticket.proof);
  const auto shown = office_.redeem(ticket.token, true, now_);
  ASSERT_EQ(show(shown), "in");
  EXPECT_EQ(std::get<TicketOffice::Entry>(shown).host, &host());
  EXPECT_EQ(std::get<TicketOffice::Entry>(shown).proof, ticket.proof);
  EXPECT_EQ(redeem(ticket.token), "used_ticket");
}

// Who listens at the path of a unix socket gets to see what is shown there.
TEST_F(Tickets, HaveATokenForEachKindOfDoor) {
  const auto ticket = office_.issue(host(), now_);
  EXPECT_NE(ticket.token, ticket.socket_token);
  EXPECT_EQ(redeem(ticket.socket_token, true), "unknown_ticket");
  EXPECT_EQ(redeem(ticket.token, false), "unknown_ticket");
  EXPECT_EQ(redeem(ticket.socket_token, false), "in");
  EXPECT_EQ(redeem(ticket.token, true), "used_ticket");
}

TEST_F(Tickets, ThatWereNeverGivenOutAreUnknown) {
  office_.issue(host(), now_);
  EXPECT_EQ(redeem(""), "no_ticket");
  EXPECT_EQ(redeem(random_token()), "unknown_ticket");
}

TEST_F(Tickets, HoldForThirtySeconds) {
  const auto first = office_.issue(host(), now_);
  const auto second = office_.issue(host(), now_);
  now_ += seconds(29);
  EXPECT_EQ(redeem(first.token), "in");
  now_ += seconds(1);
  EXPECT_EQ(redeem(second.token), "expired_ticket");
  now_ += seconds(31);
  office_.issue(host(), now_);
  EXPECT_EQ(redeem(second.token), "unknown_ticket");
  EXPECT_EQ(office_.size(), 1u);
}

TEST_F(Tickets, AreVoidOnceTheirServiceGoes) {
  const auto ticket = office_.issue(host(), now_);
  office_.forget(host());
  EXPECT_EQ(redeem(ticket.token), "unknown_ticket");
}

TEST_F(Tickets, AreBoundedInNumber) {
  const auto first = office_.issue(host(), now_);
  for (std::size_t i = 0; i < TicketOffice::kMost; ++i) office_.issue(host(), now_);
  EXPECT_EQ(office_.size(), TicketOffice::kMost);
  EXPECT_EQ(redeem(first.token), "unknown_ticket");
}

TEST(Ticket, TravelsAsJson) {
  Ticket ticket;
  ticket.instance = "NUID";
  ticket.addresses = {"tcp://127.0.0.1:1", "unix:///a"};
  ticket.token = "t";
  ticket.socket_token = "s";
  ticket.proof = "p";
  ticket.certificate = std::string(64, 'a');
  ticket.max_payload = 1024;
  const auto read = parse_ticket(to_json(ticket));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(to_json(*read), to_json(ticket));
  for (const char* text : {"", "[]", "{}", R"({"instance":"a","token":1})", "[[[[[[[["}) {
    EXPECT_EQ(parse_ticket(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

TEST(Ticket, IsShownInConnectAndProvenInInfo) {
  EXPECT_EQ(parse_connect(connect_json("abc")), "abc");
  for (const char* text : {"", "{}", "7", R"({"ticket":7})"}) EXPECT_EQ(parse_connect(text), "");
  const auto info = parse_link_info(to_json(LinkInfo{"p", true}));
  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_EQ(info->proof, "p");
  EXPECT_TRUE(info->leaving);
  EXPECT_FALSE(parse_link_info(to_json(LinkInfo{"p", false}))->leaving);
}

}  // namespace
}  // namespace fairlead::route::direct
