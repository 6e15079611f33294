#include "cli/doctor_server.hpp"

#include <chrono>

#include <absl/strings/str_join.h>

#include "cli/doctor_version.hpp"
#include "cli/format.hpp"
#include "core/byte_buffer.hpp"
#include "core/loop_core.hpp"
#include "core/strings.hpp"
#include "nats/handshake.hpp"
#include "nats/transport.hpp"
#include "wire/parser.hpp"

namespace fairlead::cli {
namespace {

using nats::ServerInfo;
using nats::Transport;

// A certificate that ends sooner is worth a word.
constexpr auto kCertificateDays = std::chrono::days(30);

struct CloseInTime final : DeadlineNode {
  explicit CloseInTime(Transport& transport) : transport(transport) {}
  void on_deadline() override {
    passed = true;
    transport.close();
  }

  Transport& transport;
  bool passed = false;
};

Task<absl::StatusOr<ServerInfo>> read_info(LoopCore& core, Transport& transport,
                                           Deadline deadline) {
  CloseInTime timeout(transport);
  core.arm(timeout, deadline);
  ByteBuffer input;
  wire::Operation operation;
  while (true) {
    char* const space = input.prepare(16 << 10);
    const std::size_t size = input.space();
    const auto count = co_await transport.read_some(space, size);
    if (timeout.passed) co_return absl::UnavailableError("connected, but no INFO came in time");
    if (!count.ok()) co_return count.status();
    input.commit(*count);
    const wire::ParseResult result = wire::parse(input.view(), wire::ParseLimits(), operation);
    if (result.outcome == wire::ParseOutcome::kNeedMore) continue;
    if (result.outcome == wire::ParseOutcome::kOperation &&
        operation.kind == wire::OperationKind::kInfo) {
      co_return nats::parse_server_info(operation.payload);
    }
    co_return absl::UnavailableError("what listens there does not speak NATS");
  }
}

std::string advice_for_connecting(const absl::Status& status) {
  const std::string_view text = message_of(status);
  if (text.find("was not resolved") != std::string_view::npos) {
    return "check the host in the URL, and the name servers of this machine";
  }
  if (text.find("refused") != std::string_view::npos) {
    return "start a nats-server there (`fairlead server` starts one for development), or correct "
           "host and port";
  }
  return "check host and port, and whether a firewall lies between";
}

void report_info(const ServerInfo& info, Findings& findings) {
  std::string text = concat("nats-server ", info.version);
  if (info.server_name != info.server_id) append(text, ", ", info.server_name);
  append(text, ", max_payload ", format_count(info.max_payload), " bytes");
  findings.good("server", text);
  if (info.lame_duck) {
    findings.warn("server", "it is about to stop (lame duck mode)",
                  "name others in the URL as well");
  }
  if (!info.headers) {
    findings.bad("headers", absl::FailedPreconditionError("this server has no headers"),
                 "services need them: use a nats-server of 2.2 or later, with no_header_support "
                 "off");
  }
  const auto lacks = what_server_lacks(info.version);
  if (!lacks.empty()) {
    findings.good("version", concat("enough for services and calls; newer ones differ in: ",
                                    absl::StrJoin(lacks, "; ")));
  }
}

void report_plain(const nats::ServerAddress& server, Findings& findings) {
  if (server.host == "localhost" || server.host == "::1" || server.host.starts_with("127.")) {
    findings.good("TLS", "not encrypted, and it stays on this machine");
  } else {
    findings.warn("TLS", "not encrypted: whoever sits between can read and change everything",
                  "keep it to a network you trust, or give the server a certificate");
  }
}

void report_tls(const nats::TlsInfo& tls, Findings& findings) {
  const nats::TlsCertificate& certificate = tls.certificate;
  const auto left = certificate.not_after - std::chrono::system_clock::now();
  const auto days = std::chrono::duration_cast<std::chrono::days>(left).count();
  const std::string text =
      concat(tls.version, ", ", tls.cipher, "; certificate of ", certificate.subject, " (",
             absl::StrJoin(certificate.names, ", "), ") by ", certificate.issuer, ", until ",
             nats::to_text(certificate.not_after), " (", days, " days)");
  if (left < kCertificateDays) {
    findings.warn("TLS", text, "renew the server's certificate before it ends");
  } else {
    findings.good("TLS", text);
  }
}

}  // namespace

Task<bool> examine_server(Loop& loop, nats::ServerAddress server, nats::ConnectOptions options,
                          Findings& findings) {
  const auto start = Deadline::Clock::now();
  const Deadline deadline = Deadline::after(options.connect_timeout());
  nats::ConnectAbort abort;
  const auto transport = co_await nats::connect_tcp(loop, server, deadline, abort);
  if (!transport.ok()) {
    findings.bad("TCP", transport.status(), advice_for_connecting(transport.status()));
    co_return false;
  }
  findings.good("TCP", concat("connected to ", server.display(), " in ",
                              format_duration(Deadline::Clock::now() - start)));

  nats::TlsOptions tls;
  if (options.tls()) tls = *options.tls();
  std::string name = server.host;
  if (!tls.server_name().empty()) name = tls.server_name();
  absl::Status encrypted;
  if (tls.first()) encrypted = co_await (*transport)->start_tls(tls, name, deadline);
  ServerInfo info;
  if (encrypted.ok()) {
    const auto told = co_await read_info(loop.core(), **transport, deadline);
    if (!told.ok()) {
      findings.bad("server", told.status(),
                   "check the port: clients of NATS go to 4222 as a rule (8222 is monitoring, "
                   "6222 is for other servers), and a server with handshake_first needs tls_first");
      co_return false;
    }
    info = *told;
    report_info(info, findings);
    const bool demanded = options.tls().has_value() || server.tls;
    if (demanded && !info.tls_required && !info.tls_available && !tls.first()) {
      findings.bad("TLS", absl::FailedPreconditionError("demanded, and this server offers none"),
                   "use nats:// and no TLS files on a network you trust, or give the server a "
                   "certificate");
      co_return false;
    }
    if (!tls.first() && !demanded && !info.tls_required) {
      report_plain(server, findings);
      co_return true;
    }
    if (!tls.first()) encrypted = co_await (*transport)->start_tls(tls, name, deadline);
  }
  if (!encrypted.ok()) {
    findings.bad("TLS", encrypted,
                 "name the certificates that you trust with --tls-ca or in the context, and your "
                 "own with --tls-cert and --tls-key if the server asks for one");
    co_return false;
  }
  report_tls(*(*transport)->tls_info(), findings);
  (*transport)->close();
  co_return true;
}

}  // namespace fairlead::cli
