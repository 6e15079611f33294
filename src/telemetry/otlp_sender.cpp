#include "telemetry/otlp_sender.hpp"

#include <tuple>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "core/strings.hpp"
#include "telemetry/otlp.hpp"

namespace fairlead::telemetry {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;
using Kind = SendOutcome::Kind;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

// More than any receiver has to say.
constexpr std::size_t kMaxResponse = 64 << 10;

SendOutcome unreachable(const error_code& error) {
  return SendOutcome(Kind::kTryAgain, {}, error.message());
}

Request make_request(const TraceSettings& settings, std::string body) {
  const OtlpEndpoint& endpoint = settings.endpoint;
  Request request(http::verb::post, endpoint.path, 11);
  const bool v6 = endpoint.host.find(':') != std::string::npos;
  request.set(http::field::host, v6 ? concat("[", endpoint.host, "]:", endpoint.port)
                                    : concat(endpoint.host, ":", endpoint.port));
  request.set(http::field::user_agent, "fairlead");
  for (const auto& [key, value] : settings.headers) request.set(key, value);
  request.set(http::field::content_type, "application/x-protobuf");
  request.body() = std::move(body);
  request.prepare_payload();
  request.keep_alive(false);
  return request;
}

SendOutcome read_response(const Response& response) {
  const unsigned status = response.result_int();
  if (status >= 200 && status < 300) {
    const std::uint64_t rejected = rejected_spans(response.body());
    if (rejected == 0) return SendOutcome(Kind::kAccepted);
    return SendOutcome(Kind::kAccepted, {}, concat("it refused ", rejected, " spans"), rejected);
  }
  const std::string reason = concat("HTTP status ", status);
  if (status != 429 && status != 502 && status != 503 && status != 504) {
    return SendOutcome(Kind::kRefused, {}, reason);
  }
  const auto wait = response[http::field::retry_after];
  const auto seconds = parse_number(std::string_view(wait.data(), wait.size())).value_or(0);
  return SendOutcome(Kind::kTryAgain, std::chrono::seconds(std::min<std::uint64_t>(seconds, 3600)),
                     reason);
}

}  // namespace

Task<SendOutcome> OtlpSender::send(std::string body) {
  tcp::resolver resolver(context_);
  const std::string port = std::to_string(settings_.endpoint.port);
  std::tuple<error_code, tcp::resolver::results_type> found =
      co_await resolver.async_resolve(settings_.endpoint.host, port, kAwait);
  if (std::get<0>(found)) co_return unreachable(std::get<0>(found));

  beast::tcp_stream stream(context_);
  stream.expires_after(settings_.timeout);
  const std::tuple<error_code, tcp::endpoint> connected =
      co_await stream.async_connect(std::get<1>(found), kAwait);
  if (std::get<0>(connected)) co_return unreachable(std::get<0>(connected));

  Request request = make_request(settings_, std::move(body));
  const std::tuple<error_code, std::size_t> written =
      co_await http::async_write(stream, request, kAwait);
  if (std::get<0>(written)) co_return unreachable(std::get<0>(written));

  beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(kMaxResponse);
  const std::tuple<error_code, std::size_t> read =
      co_await http::async_read(stream, buffer, parser, kAwait);
  if (std::get<0>(read)) co_return unreachable(std::get<0>(read));
  co_return read_response(parser.get());
}

}  // namespace fairlead::telemetry
