#include "nats/session.hpp"

#include <absl/strings/str_join.h>
#include <gtest/gtest.h>

namespace fairlead::nats {
namespace {

std::string show(const Session::Actions& actions) {
  return absl::StrJoin(actions, ", ",
                       [](std::string* out, const Action& action) { *out += to_string(action); });
}

Session connected(TlsUse tls = TlsUse::kIfRequired) {
  Session session(tls);
  session.on_connected();
  return session;
}

ServerInfo with_tls(bool required) {
  ServerInfo info;
  info.tls_required = required;
  info.tls_available = true;
  return info;
}

Session opened() {
  Session session = connected();
  session.on_info(ServerInfo());
  session.on_pong();
  return session;
}

TEST(Session, OpensAfterInfoAndPong) {
  Session session = connected();
  EXPECT_EQ(show(session.on_info(ServerInfo())), "send CONNECT and PING");
  EXPECT_EQ(show(session.on_pong()), "opened");
  EXPECT_EQ(session.state(), Session::State::kOpen);
}

TEST(Session, InfoMayComeAgainAtAnyTime) {
  Session session = connected();
  session.on_info(ServerInfo());
  EXPECT_EQ(show(session.on_info(ServerInfo())), "report info");
  EXPECT_EQ(show(session.on_pong()), "opened");
  ServerInfo smaller;
  smaller.max_payload = 1000;
  EXPECT_EQ(show(session.on_info(smaller)), "report info");
  EXPECT_EQ(session.info().max_payload, 1000u);
}

TEST(Session, TlsBeginsAfterInfoWhenTheServerRequiresIt) {
  Session session = connected();
  EXPECT_EQ(show(session.on_info(with_tls(true))), "start TLS");
  EXPECT_EQ(show(session.on_tls(absl::OkStatus())), "send CONNECT and PING");
  EXPECT_EQ(show(session.on_pong()), "opened");
  EXPECT_TRUE(session.encrypted());
}

TEST(Session, TlsThatTheServerOnlyOffersIsUsedOnDemand) {
  Session undemanding = connected();
  EXPECT_EQ(show(undemanding.on_info(with_tls(false))), "send CONNECT and PING");
  Session demanding = connected(TlsUse::kDemanded);
  EXPECT_EQ(show(demanding.on_info(with_tls(false))), "start TLS");
}

TEST(Session, TlsDemandedOfAServerWithout) {
  Session session = connected(TlsUse::kDemanded);
  EXPECT_EQ(show(session.on_info(ServerInfo())),
            "close FAILED_PRECONDITION: TLS is demanded (by tls:// or options) and this server "
            "offers none");
}

TEST(Session, TlsFirst) {
  Session session(TlsUse::kFirst);
  EXPECT_EQ(show(session.on_connected()), "start TLS");
  EXPECT_EQ(show(session.on_tls(absl::OkStatus())), "");
  EXPECT_EQ(show(session.on_info(with_tls(true))), "send CONNECT and PING");
}

TEST(Session, TlsThatFailsEndsTheSession) {
  Session session = connected();
  session.on_info(with_tls(true));
  EXPECT_EQ(show(session.on_tls(absl::UnauthenticatedError("not trusted"))),
            "close UNAUTHENTICATED: not trusted");
}

TEST(Session, AServerThatRefusesCredentials) {
  Session session = connected();
  session.on_info(ServerInfo());
  EXPECT_EQ(show(session.on_error("Authorization Violation")),
            "close UNAUTHENTICATED: the NATS server says: Authorization Violation; check user, "
            "password, token or key; a JWT may have expired or been revoked");
  EXPECT_EQ(show(session.on_lost(absl::UnavailableError("closed"))), "");
}

TEST(Session, NotANatsServer) {
  Session silent = connected();
  EXPECT_EQ(show(silent.on_connect_timeout()),
            "close UNAVAILABLE: connected, but no INFO came in time: is it a NATS server?");
  Session strange = connected();
  EXPECT_EQ(show(strange.on_info(absl::InvalidArgumentError("INFO is not a JSON object"))),
            "close UNAVAILABLE: INFO is not a JSON object");
  Session stuck = connected();
  stuck.on_info(ServerInfo());
  EXPECT_EQ(show(stuck.on_connect_timeout()),
            "close UNAVAILABLE: the NATS server did not answer CONNECT in time");
}

TEST(Session, AHandshakeThatTakesTooLongIsNamed) {
  constexpr const char* kSlow =
      "close UNAVAILABLE: the NATS server did not finish the TLS handshake in time";
  Session asked = connected();
  asked.on_info(with_tls(true));
  EXPECT_EQ(show(asked.on_connect_timeout()), kSlow);
  Session first(TlsUse::kFirst);
  EXPECT_EQ(show(first.on_connected()), "start TLS");
  EXPECT_EQ(show(first.on_connect_timeout()), kSlow);
}

TEST(Session, TimeoutsAfterOpeningMeanNothing) {
  Session session = opened();
  EXPECT_EQ(show(session.on_connect_timeout()), "");
}

TEST(Session, FlushesCompleteInOrderBetweenKeepAlives) {
  Session session = opened();
  EXPECT_EQ(show(session.on_flush()), "send PING");
  EXPECT_EQ(show(session.on_ping_interval()), "send PING");
  EXPECT_EQ(show(session.on_flush()), "send PING");
  EXPECT_EQ(show(session.on_pong()), "flushed");
  EXPECT_EQ(show(session.on_pong()), "");
  EXPECT_EQ(show(session.on_pong()), "flushed");
  EXPECT_EQ(show(session.on_pong()), "");
}

TEST(Session, AFrozenServerIsFoundByPings) {
  Session session = opened();
  EXPECT_EQ(show(session.on_ping_interval()), "send PING");
  EXPECT_EQ(show(session.on_ping_interval()), "send PING");
  EXPECT_EQ(show(session.on_ping_interval()),
            "close UNAVAILABLE: the NATS server does not answer PING (stale connection)");
}

TEST(Session, APongResetsThePings) {
  Session session = opened();
  session.on_ping_interval();
  session.on_pong();
  EXPECT_EQ(show(session.on_ping_interval()), "send PING");
  EXPECT_EQ(show(session.on_ping_interval()), "send PING");
}

TEST(Session, SomeErrorsAreSurvived) {
  Session session = opened();
  EXPECT_EQ(show(session.on_error("Permissions Violation for Publish to \"x\"")),
            "report PERMISSION_DENIED: the NATS server says: Permissions Violation for Publish to "
            "\"x\"");
  EXPECT_EQ(show(session.on_error("permissions violation for Subscription to \"x\"")),
            "report PERMISSION_DENIED: the NATS server says: permissions violation for "
            "Subscription to \"x\"");
  EXPECT_EQ(show(session.on_error("Stale Connection")),
            "close UNAVAILABLE: the NATS server says: Stale Connection");
}

TEST(Session, NothingHappensAfterClose) {
  Session session = opened();
  EXPECT_EQ(show(session.on_close()), "close OK");
  EXPECT_EQ(show(session.on_close()), "");
  EXPECT_EQ(show(session.on_ping()), "");
  EXPECT_EQ(show(session.on_flush()), "");
  EXPECT_EQ(show(session.on_ping_interval()), "");
  EXPECT_EQ(show(session.on_info(ServerInfo())), "");
  EXPECT_EQ(show(session.on_error("Stale Connection")), "");
}

}  // namespace
}  // namespace fairlead::nats
