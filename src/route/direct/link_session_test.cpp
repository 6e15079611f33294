#include "route/direct/link_session.hpp"

#include <gtest/gtest.h>

#include "core/strings.hpp"

namespace fairlead::route::direct {
namespace {

using Side = LinkSession::Side;

std::string show(const LinkSession::Steps& steps) {
  std::string text;
  for (const LinkStep& step : steps) append(text, text.empty() ? "" : ", ", to_string(step));
  return text;
}

LinkSession open_caller() {
  LinkSession caller(Side::kCaller, true, "proof");
  caller.on_connected();
  caller.on_tls(absl::OkStatus());
  caller.on_info(LinkInfo{"proof", false});
  return caller;
}

LinkSession open_service() {
  LinkSession service(Side::kService, true);
  service.on_connected();
  service.on_tls(absl::OkStatus());
  service.on_connect(std::string("proof"));
  return service;
}

TEST(LinkSession, ACallerEncryptsShowsItsTicketAndChecksTheProof) {
  LinkSession caller(Side::kCaller, true, "proof");
  EXPECT_EQ(show(caller.on_connected()), "start TLS");
  EXPECT_EQ(show(caller.on_tls(absl::OkStatus())), "send CONNECT");
  EXPECT_EQ(show(caller.on_info(LinkInfo{"proof", false})), "opened");
  EXPECT_EQ(show(caller.on_message()), "");
  EXPECT_EQ(show(caller.on_ping()), "send PONG");
}

TEST(LinkSession, AServiceWaitsForTheTicketAndProvesItself) {
  LinkSession service(Side::kService, false);
  EXPECT_EQ(show(service.on_connected()), "");
  EXPECT_EQ(show(service.on_connect(std::string("proof"))), "send INFO, opened");
  EXPECT_EQ(service.proof(), "proof");
  EXPECT_EQ(show(service.on_message()), "");
}

TEST(LinkSession, AServiceRefusesWhatComesBeforeTheTicket) {
  for (int what = 0; what < 3; ++what) {
    LinkSession service(Side::kService, false);
    service.on_connected();
    const auto steps = what == 0   ? service.on_message()
                       : what == 1 ? service.on_ping()
                                   : service.on_invalid("garbage");
    ASSERT_EQ(steps.size(), 2u);
    EXPECT_EQ(steps[0].action, LinkAction::kSendError);
    EXPECT_EQ(steps[1].action, LinkAction::kHangUp);
    // All that comes behind it is passed over.
    EXPECT_EQ(show(service.on_connect(std::string("proof"))), "");
    EXPECT_EQ(show(service.on_message()), "");
    EXPECT_EQ(show(service.on_lost(absl::UnavailableError("end"))), "close UNAVAILABLE: end");
    EXPECT_EQ(show(service.on_lost(absl::UnavailableError("end"))), "");
  }
}

TEST(LinkSession, AServiceRefusesTicketsThatDoNotLetIn) {
  LinkSession service(Side::kService, false);
  service.on_connected();
  EXPECT_EQ(show(service.on_connect(absl::UnauthenticatedError("used"))),
            "send -ERR UNAUTHENTICATED: used, hang up UNAUTHENTICATED: used");
}

TEST(LinkSession, AServiceTakesOneTicketOnly) {
  LinkSession service = open_service();
  EXPECT_EQ(show(service.on_connect(std::string("other"))),
            "send -ERR FAILED_PRECONDITION: CONNECT comes once, and first, hang up "
            "FAILED_PRECONDITION: CONNECT comes once, and first");
}

TEST(LinkSession, ACallerLeavesWhoDoesNotProveItself) {
  LinkSession caller(Side::kCaller, false, "proof");
  EXPECT_EQ(show(caller.on_connected()), "send CONNECT");
  EXPECT_EQ(show(caller.on_info(LinkInfo{"another", false})),
            "close UNAUTHENTICATED: who listens there is not the instance of the ticket");
}

TEST(LinkSession, ACallerIsToldWhyItIsRefused) {
  LinkSession caller(Side::kCaller, false, "proof");
  caller.on_connected();
  EXPECT_EQ(show(caller.on_error("used ticket")),
            "close UNAVAILABLE: the instance ended the link: used ticket");
}

TEST(LinkSession, AFailedEncryptionEndsIt) {
  LinkSession service(Side::kService, true);
  EXPECT_EQ(show(service.on_connected()), "start TLS");
  EXPECT_EQ(show(service.on_tls(absl::UnavailableError("no TLS"))), "close UNAVAILABLE: no TLS");
}

TEST(LinkSession, WhoIsSlowIsLeft) {
  LinkSession service(Side::kService, false);
  service.on_connected();
  EXPECT_EQ(show(service.on_handshake_timeout()),
            "close DEADLINE_EXCEEDED: the caller did not open the link in time");
  LinkSession open = open_service();
  EXPECT_EQ(show(open.on_handshake_timeout()), "");
}

TEST(LinkSession, AGoodbyeLetsNoNewCallsStart) {
  LinkSession service = open_service();
  LinkSession caller = open_caller();
  EXPECT_EQ(show(service.on_stop()), "send goodbye");
  EXPECT_EQ(show(service.on_stop()), "");
  EXPECT_EQ(show(caller.on_info(LinkInfo{"proof", true})), "leaving");
  EXPECT_EQ(caller.state(), LinkSession::State::kLeaving);
  // What was on its way is still answered.
  EXPECT_EQ(show(service.on_message()), "");
  EXPECT_EQ(show(caller.on_message()), "");
}

TEST(LinkSession, ABusyCallerNoticesAPeerThatHasFallenSilent) {
  LinkSession caller = open_caller();
  EXPECT_EQ(show(caller.on_tick(true, true)), "");
  EXPECT_EQ(show(caller.on_tick(false, true)), "send PING");
  EXPECT_EQ(show(caller.on_tick(true, true)), "");
  EXPECT_EQ(show(caller.on_tick(false, true)), "send PING");
  EXPECT_EQ(show(caller.on_tick(false, true)), "");
  EXPECT_EQ(show(caller.on_tick(false, true)), "close UNAVAILABLE: the instance has fallen silent");
}

TEST(LinkSession, AnIdleLinkIsPingedRarely) {
  LinkSession service = open_service();
  for (int i = 1; i < LinkSession::kSilenceIdle; ++i) {
    EXPECT_EQ(show(service.on_tick(false, false)), "");
  }
  EXPECT_EQ(show(service.on_tick(false, false)), "send PING");
}

}  // namespace
}  // namespace fairlead::route::direct
