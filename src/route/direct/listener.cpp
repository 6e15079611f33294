#include "route/direct/listener.hpp"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "nats/tcp_transport.hpp"
#include "route/direct/door.hpp"
#include "route/direct/inbound_link.hpp"

namespace fairlead::route::direct {
namespace {

using boost::asio::ip::tcp;

constexpr auto kAwait = boost::asio::as_tuple(boost::asio::use_awaitable);
// The system may have no file left for a connection; somebody else must close one first.
constexpr std::chrono::milliseconds kPauseAfterFailure(100);

}  // namespace

absl::StatusOr<std::shared_ptr<Listener>> Listener::open(
    Loop& loop, const std::vector<ListenAddress>& addresses, std::size_t max_payload,
    Logger logger) {
  auto identity = nats::TlsIdentity::create();
  if (!identity.ok()) return identity.status();
  auto listener =
      std::make_shared<Listener>(loop, *std::move(identity), max_payload, std::move(logger));
  for (const ListenAddress& address : addresses) {
    absl::Status status = listener->listen(address);
    if (!status.ok()) return status;
  }
  return listener;
}

Listener::Listener(Loop& loop, nats::TlsIdentity identity, std::size_t max_payload, Logger logger)
    : loop_(loop),
      identity_(std::move(identity)),
      max_payload_(max_payload),
      logger_(std::move(logger)) {}

Listener::~Listener() = default;

absl::Status Listener::listen(const ListenAddress& address) {
  auto door = Door::open(loop_.core().context(), address.at);
  if (!door.ok()) return door.status();
  const Address& bound = (*door)->address();
  if (address.announced) {
    Address shown = *address.announced;
    if (shown.port == 0) shown.port = bound.port;
    addresses_.push_back(to_string(shown));
  } else {
    announce(bound);
  }
  doors_.push_back(*std::move(door));
  return absl::OkStatus();
}

void Listener::announce(Address at) {
  const bool all = at.host == "0.0.0.0" || at.host == "::";
  if (!all) return addresses_.push_back(to_string(at));
  const bool four = at.host == "0.0.0.0";
  for (std::string& host : addresses_of_machine()) {
    if (four && host.find(':') != std::string::npos) continue;
    at.host = std::move(host);
    addresses_.push_back(to_string(at));
  }
}

void Listener::start() {
  loop_.core().keep(shared_from_this(), run());
}

Task<void> Listener::run() {
  TaskScope scope(loop_);
  for (const auto& door : doors_) scope.spawn(accept(*door, scope));
  co_await scope.join();
}

Task<void> Listener::accept(Door& door, TaskScope& scope) {
  const auto serve = [](std::shared_ptr<InboundLink> link,
                        std::unique_ptr<nats::TcpTransport> transport) -> Task<void> {
    co_await link->run(std::move(transport));
  };
  while (!closed_ && !leaving_) {
    auto [error, socket] = co_await door.acceptor().async_accept(kAwait);
    if (closed_ || leaving_) break;
    if (error) {
      logger_.warning("a direct link cannot be taken", {{"reason", error.message()}});
      co_await door.pause(loop_.core(), kPauseAfterFailure);
      continue;
    }
    if (links_.size() >= kMostLinks || entering_ >= kMostEntering) {
      count(Refusal::kFull);
      continue;  // the socket closes
    }
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);  // a unix socket has none
    auto link = std::make_shared<InboundLink>(loop_, *this, door.encrypted());
    links_.insert(link.get());
    ++entering_;
    auto transport = std::make_unique<nats::TcpTransport>(
        loop_.core(), nats::TcpStream(std::move(socket), "the caller"));
    scope.spawn(serve(std::move(link), std::move(transport)));
  }
}

void Listener::say_goodbye() {
  leaving_ = true;
  last_calls_ = Deadline::after(kGoodbyeTime);
  for (const auto& door : doors_) door->close();
  const std::vector<InboundLink*> links(links_.begin(), links_.end());
  for (InboundLink* const link : links) {
    if (!links_.contains(link)) continue;
    if (link->was_let_in()) {
      link->say_goodbye();
    } else {
      link->close(absl::UnavailableError("the service is stopping"));
    }
  }
}

Task<bool> Listener::empty(Deadline deadline) {
  const auto self = shared_from_this();
  while (!links_.empty()) {
    const bool woken = co_await changed_.wait(loop_.core(), deadline);
    if (!woken) co_return false;
  }
  co_return true;
}

Task<void> Listener::flush(Deadline deadline) {
  const auto self = shared_from_this();
  while (!deadline.passed()) {
    bool waits = false;
    for (const InboundLink* link : links_) waits = waits || link->unwritten() > 0;
    if (!waits) co_return;
    co_await loop_.sleep(std::chrono::milliseconds(1));
  }
}

void Listener::close() {
  if (closed_) return;
  closed_ = true;
  for (const auto& door : doors_) door->close();
  const std::vector<InboundLink*> links(links_.begin(), links_.end());
  for (InboundLink* const link : links) {
    if (links_.contains(link)) link->close(absl::UnavailableError("the service has ended"));
  }
  changed_.wake_all();
}

Ticket Listener::issue(Host& host) {
  auto issued = office_.issue(host, Deadline::Clock::now());
  Ticket ticket;
  ticket.addresses = addresses_;
  ticket.token = std::move(issued.token);
  ticket.socket_token = std::move(issued.socket_token);
  ticket.proof = std::move(issued.proof);
  ticket.certificate = identity_.fingerprint();
  ticket.max_payload = max_payload_;
  return ticket;
}

std::variant<TicketOffice::Entry, Refusal> Listener::redeem(std::string_view token,
                                                            bool encrypted) {
  return office_.redeem(token, encrypted, Deadline::Clock::now());
}

void Listener::on_entered(InboundLink&) {
  --entering_;
  ++counts_.entered;
  ++counts_.links;
}

void Listener::on_ended(InboundLink& link) {
  if (links_.erase(&link) == 0) return;
  if (link.was_let_in()) {
    --counts_.links;
  } else {
    --entering_;
  }
  changed_.wake_all();
}

void Listener::count(Refusal refusal) {
  ++counts_.refused[static_cast<std::size_t>(refusal)];
}

}  // namespace fairlead::route::direct
