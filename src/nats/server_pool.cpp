#include "nats/server_pool.hpp"

#include <algorithm>

#include <absl/strings/str_join.h>

#include "core/strings.hpp"

namespace fairlead::nats {
namespace {

bool is_ip_address(const std::string& host) {
  return host.find(':') != std::string::npos ||
         host.find_first_not_of("0123456789.") == std::string::npos;
}

}  // namespace

std::string to_string(const ServerPool::Step& step) {
  switch (step.kind) {
    case ServerPool::StepKind::kConnect:
      return concat("connect ", step.server.display());
    case ServerPool::StepKind::kWait:
      return concat("wait ", step.wait.count(), " ms");
    case ServerPool::StepKind::kGiveUp:
      return concat("give up ", step.status.ToString(absl::StatusToStringMode::kWithNoExtraData));
  }
  return {};
}

ServerPool::ServerPool(std::vector<ServerAddress> servers, PoolOptions options)
    : options_(std::move(options)), random_(options_.seed) {
  for (ServerAddress& server : servers) servers_.push_back(Server{std::move(server)});
  shuffle_from(0);
}

void ServerPool::shuffle_from(std::size_t first) {
  if (!options_.randomize || first >= servers_.size()) return;
  std::shuffle(servers_.begin() + static_cast<std::ptrdiff_t>(first), servers_.end(), random_);
}

void ServerPool::to_the_back(std::size_t index) {
  const auto place = servers_.begin() + static_cast<std::ptrdiff_t>(index);
  std::rotate(place, place + 1, servers_.end());
}

ServerPool::Step ServerPool::next() {
  if (!end_.ok()) return {StepKind::kGiveUp, {}, {}, end_};
  if (moving_) {
    while (tried_ < servers_.size() && servers_[tried_].address.display() == current_) ++tried_;
    if (tried_ == servers_.size()) {
      return {StepKind::kGiveUp, {}, {}, absl::UnavailableError("no other server can be reached")};
    }
    return {StepKind::kConnect, servers_[tried_++].address};
  }
  const bool once = was_connected_ ? options_.max_reconnects == 0 : !options_.keep_trying_first;
  if (servers_.empty() || (once && (tried_ == servers_.size() || was_connected_))) {
    end_ = failures();
    return {StepKind::kGiveUp, {}, {}, end_};
  }
  if (tried_ == servers_.size()) {
    tried_ = 0;
    ++rounds_;
    return {StepKind::kWait, {}, wait_time()};
  }
  return {StepKind::kConnect, servers_[tried_++].address};
}

std::chrono::milliseconds ServerPool::wait_time() {
  if (options_.backoff) return std::max(options_.backoff(rounds_), std::chrono::milliseconds(0));
  const bool tls =
      options_.tls || std::any_of(servers_.begin(), servers_.end(),
                                  [](const Server& server) { return server.address.tls; });
  const auto jitter = tls ? options_.tls_jitter : options_.jitter;
  std::uniform_int_distribution<std::chrono::milliseconds::rep> more(
      0, std::max<std::chrono::milliseconds::rep>(jitter.count(), 0));
  return options_.wait + std::chrono::milliseconds(more(random_));
}

void ServerPool::on_connected() {
  Server& server = servers_[tried_ - 1];
  server.attempts = 0;
  server.refused = false;
  server.last_failure = absl::OkStatus();
  current_ = server.address.display();
  gone_.clear();
  gone_code_ = absl::StatusCode::kUnavailable;
  tried_ = 0;
  rounds_ = 0;
  was_connected_ = true;
  moving_ = false;
}

absl::Status ServerPool::note_failure(Server& server, const absl::Status& reason, bool refused) {
  const bool again = refused && server.refused && server.last_failure == reason;
  server.refused = refused;
  server.last_failure = reason;
  if (!again || options_.ignore_auth_errors) return absl::OkStatus();
  return absl::Status(reason.code(), concat(server.address.display(), ": ", message_of(reason),
                                            " (twice, so it is not tried again)"));
}

void ServerPool::on_failed(const absl::Status& reason, bool refused) {
  const std::size_t index = tried_ - 1;
  Server& server = servers_[index];
  const absl::Status refused_twice = note_failure(server, reason, refused);
  if (moving_) return;
  end_ = refused_twice;
  // What the program has told us is wrong, and it will not become right by trying.
  if (absl::IsInvalidArgument(reason) && !was_connected_) end_ = failures();
  if (!was_connected_ || options_.max_reconnects < 0) return;
  if (++server.attempts < options_.max_reconnects) return;
  gone_.push_back(concat(server.address.display(), ": ", message_of(reason)));
  if (!absl::IsUnavailable(reason)) gone_code_ = reason.code();
  servers_.erase(servers_.begin() + static_cast<std::ptrdiff_t>(index));
  --tried_;
}

void ServerPool::on_lost(const absl::Status& reason, bool refused) {
  moving_ = false;
  tried_ = 0;
  rounds_ = 0;
  for (std::size_t i = 0; i < servers_.size(); ++i) {
    if (servers_[i].address.display() != current_) continue;
    end_ = note_failure(servers_[i], reason, refused);
    to_the_back(i);
    break;
  }
}

void ServerPool::on_servers(const std::vector<std::string>& connect_urls) {
  if (!options_.discover_servers || connect_urls.empty() || moving_) return;
  const auto is_current = [this](const Server& server) {
    return server.address.display() == current_;
  };
  const auto connected = std::find_if(servers_.begin(), servers_.end(), is_current);
  const ServerAddress like =
      connected == servers_.end() ? servers_.front().address : connected->address;
  std::vector<ServerAddress> told;
  for (const std::string& url : connect_urls) {
    auto server = parse_discovered(url);
    if (server.ok()) told.push_back(*std::move(server));  // what is no address is of no use
  }
  const auto is_told = [&](const Server& server) {
    return std::any_of(told.begin(), told.end(), [&](const ServerAddress& address) {
      return address.display() == server.address.display();
    });
  };
  std::erase_if(servers_, [&](const Server& server) {
    return server.address.discovered && !is_current(server) && !is_told(server);
  });
  const std::size_t known = servers_.size();
  for (ServerAddress& address : told) {
    const bool is_known = std::any_of(servers_.begin(), servers_.end(), [&](const Server& server) {
      return server.address.display() == address.display();
    });
    if (is_known) continue;
    // A cluster shares its accounts and often its certificate.
    address.user = like.user;
    address.password = like.password;
    address.token = like.token;
    address.tls = like.tls;
    if (is_ip_address(address.host)) {
      address.tls_name = like.tls_name.empty() ? like.host : like.tls_name;
    }
    servers_.push_back(Server{std::move(address)});
  }
  shuffle_from(known);
}

bool ServerPool::on_lame_duck() {
  if (moving_) return false;
  const bool others = std::any_of(servers_.begin(), servers_.end(), [this](const Server& server) {
    return server.address.display() != current_;
  });
  moving_ = others;
  tried_ = 0;
  return others;
}

void ServerPool::on_stay() {
  moving_ = false;
  tried_ = 0;
}

absl::Status ServerPool::failures() const {
  std::vector<std::string> failures = gone_;
  absl::StatusCode code = gone_code_;
  for (const Server& server : servers_) {
    if (server.last_failure.ok()) continue;
    failures.push_back(concat(server.address.display(), ": ", message_of(server.last_failure)));
    if (!absl::IsUnavailable(server.last_failure)) code = server.last_failure.code();
  }
  const char* const what =
      was_connected_ ? "the connection to NATS is lost: " : "no connection to NATS: ";
  return absl::Status(code, concat(what, absl::StrJoin(failures, "; ")));
}

}  // namespace fairlead::nats
