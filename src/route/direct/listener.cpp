#include "route/direct/listener.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/strings.hpp"
#include "core/waiter.hpp"
#include "core/waiter_timeout.hpp"
#include "nats/tcp_transport.hpp"
#include "route/direct/inbound_link.hpp"

namespace fairlead::route::direct {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Generic = asio::generic::stream_protocol;
using Unix = asio::local::stream_protocol;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr int kBacklog = 512;
// The system may have no file left for a connection; somebody else must close one first.
constexpr std::chrono::milliseconds kPauseAfterFailure(100);
// Owner and group may connect; who is neither cannot.
constexpr mode_t kSocketMode = 0660;

absl::Status cannot_listen(const Address& address, std::string_view reason) {
  return absl::UnavailableError(
      concat("cannot listen at ", to_string(address), " for direct links: ", reason));
}

absl::StatusOr<tcp::endpoint> resolve(asio::io_context& context, const Address& address) {
  boost::system::error_code error;
  const auto literal = asio::ip::make_address(address.host, error);
  if (!error) return tcp::endpoint(literal, address.port);
  tcp::resolver resolver(context);
  const auto found = resolver.resolve(address.host, std::to_string(address.port), error);
  if (error) return cannot_listen(address, error.message());
  return found.begin()->endpoint();
}

// A socket that a process left which is gone: nobody answers there. One that lives and whose queue
// is full is not waited for.
bool is_stale(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return false;
  const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (probe < 0) return false;
  const Unix::endpoint there(path);
  const bool refused = ::connect(probe, there.data(), static_cast<socklen_t>(there.size())) != 0 &&
                       errno == ECONNREFUSED;
  ::close(probe);
  return refused;
}

}  // namespace

/// One address at which a listener listens.
class Listener::Door {
 public:
  using Acceptor = asio::basic_socket_acceptor<Generic>;

  explicit Door(asio::io_context& context) : acceptor(context) {}
  ~Door() { close(); }

  void close() {
    boost::system::error_code ignored;
    acceptor.close(ignored);
    if (!path.empty()) ::unlink(path.c_str());
    path.clear();
    pause.wake();
  }

  boost::system::error_code open(const Generic::endpoint& endpoint, bool reuse, bool both_families,
                                 const std::string& unix_path) {
    boost::system::error_code error;
    acceptor.open(endpoint.protocol(), error);
    if (!error && reuse) acceptor.set_option(Acceptor::reuse_address(true), error);
    if (!error && both_families) acceptor.set_option(asio::ip::v6_only(false), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) path = unix_path;
    if (!error && !path.empty() && ::chmod(path.c_str(), kSocketMode) != 0) {
      error.assign(errno, boost::system::system_category());
    }
    if (!error) acceptor.listen(kBacklog, error);
    return error;
  }

  Acceptor acceptor;
  std::string path;  // of a unix socket that this object has made
  bool encrypted = false;
  Waiter pause;
};

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
  auto bound = listen_at(address.at);
  if (!bound.ok()) return bound.status();
  if (!address.announced) {
    announce(*std::move(bound));
    return absl::OkStatus();
  }
  Address shown = *address.announced;
  if (shown.port == 0) shown.port = bound->port;
  addresses_.push_back(to_string(shown));
  return absl::OkStatus();
}

// Where it listens then, with the port that the system chose.
absl::StatusOr<Address> Listener::listen_at(const Address& address) {
  asio::io_context& context = loop_.core().context();
  auto door = std::make_unique<Door>(context);
  if (address.is_unix()) {
    if (is_stale(address.path)) ::unlink(address.path.c_str());
    const auto error = door->open(Unix::endpoint(address.path), false, false, address.path);
    if (error) return cannot_listen(address, error.message());
    doors_.push_back(std::move(door));
    return address;
  }
  tcp::endpoint endpoint(tcp::v6(), address.port);
  if (!address.host.empty()) {
    const auto found = resolve(context, address);
    if (!found.ok()) return found.status();
    endpoint = *found;
  }
  auto error = door->open(endpoint, true, address.host.empty(), "");
  if (error && address.host.empty()) {  // a machine without IPv6
    door = std::make_unique<Door>(context);
    endpoint = tcp::endpoint(tcp::v4(), address.port);
    error = door->open(endpoint, true, false, "");
  }
  if (error) return cannot_listen(address, error.message());
  door->encrypted = true;
  const Generic::endpoint bound = door->acceptor.local_endpoint(error);
  if (error) return cannot_listen(address, error.message());
  endpoint.resize(bound.size());
  std::memcpy(endpoint.data(), bound.data(), bound.size());
  doors_.push_back(std::move(door));
  return Address{endpoint.address().to_string(), endpoint.port(), ""};
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
    auto [error, socket] = co_await door.acceptor.async_accept(kAwait);
    if (closed_ || leaving_) break;
    if (error) {
      logger_.warning("a direct link cannot be taken", {{"reason", error.message()}});
      WaiterTimeout pause(door.pause);
      loop_.core().arm(pause, Deadline::after(kPauseAfterFailure));
      co_await door.pause.wait();
      continue;
    }
    if (links_.size() >= kMostLinks || entering_ >= kMostEntering) {
      count(Refusal::kFull);
      continue;  // the socket closes
    }
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);  // a unix socket has none
    auto link = std::make_shared<InboundLink>(loop_, *this, door.encrypted);
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
