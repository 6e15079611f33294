#include "app/observability_server.hpp"

#include <chrono>
#include <exception>
#include <tuple>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "core/strings.hpp"

namespace fairlead {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr int kConnections = 16;
constexpr std::uint32_t kMaxRequest = 8 << 10;
constexpr auto kReadTimeout = std::chrono::seconds(5);
constexpr auto kWriteTimeout = std::chrono::seconds(10);
constexpr auto kCloseTimeout = std::chrono::seconds(1);
// Where no connection can be taken in, as without free file descriptors.
constexpr auto kPause = std::chrono::milliseconds(100);

using Response = http::response<http::string_body>;

tcp::endpoint find_endpoint(asio::io_context& context, const ListenAddress& address,
                            error_code& error) {
  tcp::resolver resolver(context);
  const auto found =
      resolver.resolve(address.host, std::to_string(address.port), tcp::resolver::passive, error);
  if (error) return {};
  return found.begin()->endpoint();
}

void listen(tcp::acceptor& acceptor, const tcp::endpoint& endpoint, error_code& error) {
  acceptor.open(endpoint.protocol(), error);
  // Connections of the last run that the system still remembers do not keep the port.
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && endpoint.address() == asio::ip::address_v6::any()) {
    acceptor.set_option(asio::ip::v6_only(false), error);
  }
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
}

void open_acceptor(tcp::acceptor& acceptor, asio::io_context& context, const ListenAddress& address,
                   error_code& error) {
  if (!address.host.empty()) {
    const tcp::endpoint endpoint = find_endpoint(context, address, error);
    if (!error) listen(acceptor, endpoint, error);
    return;
  }
  listen(acceptor, tcp::endpoint(tcp::v6(), address.port), error);
  if (error != asio::error::address_family_not_supported) return;
  acceptor.close(error);
  listen(acceptor, tcp::endpoint(tcp::v4(), address.port), error);
}

Response response_of(const Page& page) {
  Response response(static_cast<http::status>(page.status), 11);
  response.set(http::field::content_type, page.content_type);
  response.set(http::field::cache_control, "no-store");
  response.body() = page.body;
  response.prepare_payload();
  response.keep_alive(false);
  return response;
}

Page error_page(http::status status, std::string text) {
  Page page;
  page.status = static_cast<int>(status);
  page.body = std::move(text);
  return page;
}

Task<void> write(beast::tcp_stream& stream, Response& response, bool head) {
  stream.expires_after(kWriteTimeout);
  if (head) {
    http::response_serializer<http::string_body> serializer(response);
    serializer.split(true);
    co_await http::async_write_header(stream, serializer, kAwait);
  } else {
    co_await http::async_write(stream, response, kAwait);
  }
  // What the client has sent too much is read, for else the system would tell it of an error that
  // could overtake the answer.
  error_code error;
  stream.socket().shutdown(tcp::socket::shutdown_send, error);
  stream.expires_after(kCloseTimeout);
  std::array<char, 1024> rest;
  while (!error) {
    const std::tuple<error_code, std::size_t> read =
        co_await stream.async_read_some(asio::buffer(rest), kAwait);
    error = std::get<0>(read);
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<ObservabilityServer>> ObservabilityServer::open(
    asio::io_context& context, const ListenAddress& address, const Observed& observed,
    Logger logger) {
  tcp::acceptor acceptor(context);
  error_code error;
  open_acceptor(acceptor, context, address, error);
  if (error) {
    return absl::UnavailableError(concat("metrics cannot be shown at ", to_string(address), ": ",
                                         error.message(), "; give --metrics another address"));
  }
  return std::unique_ptr<ObservabilityServer>(
      new ObservabilityServer(std::move(acceptor), observed, std::move(logger)));
}

ObservabilityServer::ObservabilityServer(tcp::acceptor acceptor, const Observed& observed,
                                         Logger logger)
    : acceptor_(std::move(acceptor)), observed_(observed), logger_(std::move(logger)) {}

void ObservabilityServer::start() {
  // As many as there may be connections: each takes one in and serves it to its end.
  for (int i = 0; i < kConnections; ++i) {
    asio::co_spawn(acceptor_.get_executor(), accept(), [](std::exception_ptr failure) {
      if (failure) std::rethrow_exception(failure);
    });
  }
}

void ObservabilityServer::close() {
  error_code ignored;
  acceptor_.close(ignored);
}

std::string ObservabilityServer::address() const {
  error_code error;
  const tcp::endpoint endpoint = acceptor_.local_endpoint(error);
  ListenAddress address;
  address.host = endpoint.address().to_string();
  address.port = endpoint.port();
  return to_string(address);
}

Task<void> ObservabilityServer::accept() {
  asio::steady_timer pause(acceptor_.get_executor());
  while (acceptor_.is_open()) {
    std::tuple<error_code, tcp::socket> accepted = co_await acceptor_.async_accept(kAwait);
    if (std::get<0>(accepted)) {
      pause.expires_after(kPause);
      co_await pause.async_wait(kAwait);
      continue;
    }
    try {
      co_await serve(std::move(std::get<1>(accepted)));
    } catch (const std::exception& exception) {
      // Who looks at the service must not be able to end it.
      logger_.error("a page of --metrics failed", {{"exception", exception.what()}});
    }
  }
}

Task<void> ObservabilityServer::serve(tcp::socket socket) {
  beast::tcp_stream stream(std::move(socket));
  beast::flat_buffer buffer(kMaxRequest);
  http::request_parser<http::empty_body> parser;
  parser.header_limit(kMaxRequest);
  stream.expires_after(kReadTimeout);
  const std::tuple<error_code, std::size_t> read =
      co_await http::async_read_header(stream, buffer, parser, kAwait);
  const error_code error = std::get<0>(read);
  Page page;
  bool head = false;
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    page = error_page(http::status::request_header_fields_too_large, "The request is too long.\n");
  } else if (error && error.category() == make_error_code(http::error::bad_method).category() &&
             error != http::error::end_of_stream && error != http::error::partial_message) {
    page = error_page(http::status::bad_request, "This is not HTTP/1.1.\n");
  } else if (error) {
    co_return;
  } else {
    const auto& request = parser.get();
    head = request.method() == http::verb::head;
    if (!head && request.method() != http::verb::get) {
      page = error_page(http::status::method_not_allowed, "Only GET and HEAD are served.\n");
    } else {
      const std::string target(request.target());
      PageRequest wanted;
      wanted.path = target.substr(0, target.find('?'));
      wanted.accept = std::string(request[http::field::accept]);
      page = co_await make_page(observed_, wanted);
    }
  }
  Response response = response_of(page);
  if (response.result() == http::status::method_not_allowed) {
    response.set(http::field::allow, "GET, HEAD");
  }
  co_await write(stream, response, head);
}

}  // namespace fairlead
