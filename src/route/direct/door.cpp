#include "route/direct/door.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/strings.hpp"
#include "core/waiter_timeout.hpp"

namespace fairlead::route::direct {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Generic = asio::generic::stream_protocol;
using Unix = asio::local::stream_protocol;

constexpr int kBacklog = 512;
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

absl::StatusOr<std::unique_ptr<Door>> Door::open(asio::io_context& context,
                                                 const Address& address) {
  auto door = std::make_unique<Door>(context);
  absl::Status status =
      address.is_unix() ? door->listen_at_path(address) : door->listen_at_port(address);
  if (!status.ok()) return status;
  return door;
}

absl::Status Door::listen_at_path(const Address& address) {
  if (is_stale(address.path)) ::unlink(address.path.c_str());
  const Unix::endpoint endpoint(address.path);
  boost::system::error_code error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) path_ = address.path;
  if (!error && ::chmod(path_.c_str(), kSocketMode) != 0) {
    error.assign(errno, boost::system::system_category());
  }
  if (!error) acceptor_.listen(kBacklog, error);
  if (error) return cannot_listen(address, error.message());
  address_ = address;
  return absl::OkStatus();
}

absl::Status Door::listen_at_port(const Address& address) {
  const bool everywhere = address.host.empty();
  tcp::endpoint endpoint(tcp::v6(), address.port);
  if (!everywhere) {
    const auto found = resolve(context_, address);
    if (!found.ok()) return found.status();
    endpoint = *found;
  }
  boost::system::error_code error = listen(endpoint, everywhere);
  if (error && everywhere) {  // a machine without IPv6
    endpoint = tcp::endpoint(tcp::v4(), address.port);
    error = listen(endpoint, false);
  }
  Generic::endpoint bound;
  if (!error) bound = acceptor_.local_endpoint(error);
  if (error) return cannot_listen(address, error.message());
  endpoint.resize(bound.size());
  std::memcpy(endpoint.data(), bound.data(), bound.size());
  address_ = Address{endpoint.address().to_string(), endpoint.port(), ""};
  return absl::OkStatus();
}

boost::system::error_code Door::listen(const Generic::endpoint& endpoint, bool both_families) {
  boost::system::error_code error;
  acceptor_.close(error);  // after an attempt that failed
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(Acceptor::reuse_address(true), error);
  if (!error && both_families) acceptor_.set_option(asio::ip::v6_only(false), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(kBacklog, error);
  return error;
}

Task<void> Door::pause(LoopCore& core, std::chrono::milliseconds time) {
  WaiterTimeout over(pause_);
  core.arm(over, Deadline::after(time));
  co_await pause_.wait();
}

void Door::close() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  if (!path_.empty()) ::unlink(path_.c_str());
  path_.clear();
  pause_.wake();
}

}  // namespace fairlead::route::direct
