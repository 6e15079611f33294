#include "cli/doctor_account.hpp"

#include <algorithm>
#include <vector>

#include <nlohmann/json.hpp>

#include "fairlead/nats/connection.hpp"

#include "cli/format.hpp"
#include "core/strings.hpp"

namespace fairlead::cli {
namespace {

using nats::Connection;

constexpr auto kTimeout = std::chrono::seconds(2);
constexpr int kRoundTrips = 5;
constexpr const char* kPing = "$SRV.PING";

std::string advice_for_login(const absl::Status& status) {
  if (absl::IsUnauthenticated(status)) {
    return "check user, password, token, --creds or --nkey, and that this account may connect";
  }
  return "see the reason";
}

// Whether the server lets this subject be subscribed to.
Task<absl::Status> try_subscribing(Connection connection, std::string subject) {
  auto subscription = connection.subscribe(subject);
  if (!subscription.ok()) co_return subscription.status();
  absl::Status status = co_await connection.flush(kTimeout);
  status.Update(subscription->status());
  subscription->unsubscribe();
  co_return status;
}

void judge_discovery(const absl::Status& asked, bool connected, Findings& findings) {
  const std::string step = "discovery";
  if (asked.ok()) return findings.good(step, "services answer");
  if (absl::IsPermissionDenied(asked)) {
    return findings.bad(step, asked,
                        "allow this user to publish to $SRV.>: else services cannot be found, "
                        "though they can be called");
  }
  if (absl::IsDeadlineExceeded(asked)) {
    return findings.warn(step, concat("somebody listens at ", kPing, ", and nobody answered"),
                         "services may be overloaded, or may not be allowed to reply");
  }
  if (absl::IsUnavailable(asked) && connected) {
    return findings.good(step, "allowed; no service is up");
  }
  findings.bad(step, asked, "see the reason");
}

std::string error_of(const nlohmann::json& reply) {
  const nlohmann::json& error = reply["error"];
  if (!error.is_object() || !error.contains("description")) return error.dump();
  const nlohmann::json& description = error["description"];
  return description.is_string() ? description.get<std::string>() : description.dump();
}

Task<void> examine_permissions(Connection connection, Findings& findings) {
  const std::string inbox = connection.new_inbox();
  // What a client subscribes to before its first request.
  const absl::Status replies = co_await try_subscribing(connection, concat(inbox, ".*"));
  if (!replies.ok()) {
    findings.bad(
        "inbox", replies,
        "allow this user to subscribe to its inbox, or set the inbox_prefix of the context "
        "to one that is allowed");
    co_return;
  }
  findings.good("inbox",
                concat("replies can be received at ", inbox.substr(0, inbox.rfind('.')), ".>"));

  const auto asked = co_await connection.request(kPing, std::string(), kTimeout);
  judge_discovery(asked.status(), connection.is_open(), findings);
  const absl::Status found = co_await try_subscribing(connection, kPing);
  if (!found.ok()) {
    findings.warn("serving", std::string(message_of(found)),
                  "allow it (subscribe: $SRV.>) if services are to run with these credentials: "
                  "else nobody finds them");
  }
}

Task<void> examine_jetstream(Connection connection, Findings& findings) {
  const std::string step = "JetStream";
  if (!connection.server_info().jetstream) {
    findings.good(step, "off; services and calls do not need it (nats-server -js turns it on)");
    co_return;
  }
  const auto reply = co_await connection.request("$JS.API.INFO", std::string(), kTimeout);
  if (!reply.ok()) {
    findings.warn(step, std::string(message_of(reply.status())),
                  "enable it for this account and allow $JS.API.>, if you need it: services and "
                  "calls do not");
    co_return;
  }
  const auto json = nlohmann::json::parse(reply->payload, nullptr, false);
  if (json.is_object() && json.contains("error")) {
    findings.warn(step, error_of(json),
                  "enable it for this account if you need it: services and calls do not");
    co_return;
  }
  std::string streams = "?";
  if (json.is_object() && json.contains("streams")) streams = json["streams"].dump();
  findings.good(step, concat("enabled; this account has ", streams, " streams"));
}

Task<void> examine_round_trip(Connection connection, Findings& findings) {
  std::vector<Deadline::Duration> times;
  for (int i = 0; i < kRoundTrips; ++i) {
    const auto time = co_await connection.round_trip(kTimeout);
    if (!time.ok()) {
      findings.bad("round trip", time.status(), "the server is overloaded, or the network is");
      co_return;
    }
    times.push_back(*time);
  }
  std::sort(times.begin(), times.end());
  findings.good("round trip",
                concat(format_duration(times[kRoundTrips / 2]), ", the median of ", kRoundTrips));
}

}  // namespace

Task<void> examine_account(Loop& loop, nats::ConnectOptions options, Findings& findings) {
  options.set_max_reconnects(0).set_discover_servers(false).set_name("fairlead doctor");
  auto connection = co_await Connection::connect(loop, options);
  if (!connection.ok()) {
    findings.bad("login", connection.status(), advice_for_login(connection.status()));
    co_return;
  }
  findings.good("login", "the server accepts this client");
  co_await examine_permissions(*connection, findings);
  co_await examine_jetstream(*connection, findings);
  co_await examine_round_trip(*connection, findings);
  connection->close();
}

}  // namespace fairlead::cli
