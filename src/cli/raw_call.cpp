#include "cli/raw_call.hpp"

#include <algorithm>
#include <charconv>
#include <iostream>

#include "cli/services.hpp"
#include "core/nearest.hpp"
#include "discovery/finder.hpp"
#include "rpc/status_wire.hpp"

namespace fairlead::cli {
namespace {

/// The failure that a reply tells in the headers of ADR-32.
absl::Status status_of(const nats::Message& reply) {
  const auto text = reply.headers.get("Nats-Service-Error");
  const auto code = reply.headers.get("Nats-Service-Error-Code");
  if (!text && !code) return absl::OkStatus();
  int number = 0;
  if (code) std::from_chars(code->data(), code->data() + code->size(), number);
  return absl::Status(
      rpc::code_of_http(number),
      to_absl(concat(text.value_or("no reason given"), " (code ", code.value_or("missing"), ")")));
}

absl::StatusOr<std::string> subject_of(const discovery::InfoResponse& info,
                                       const std::string& name) {
  std::vector<std::string> known;
  for (const auto& endpoint : info.endpoints) {
    if (endpoint.name == name) return endpoint.subject;
    known.push_back(endpoint.name);
  }
  std::string message = concat(info.name, " has no endpoint ", name);
  if (const auto meant = nearest(name, known)) append(message, "; did you mean ", *meant, "?");
  return absl::NotFoundError(message);
}

}  // namespace

Task<int> call_raw(nats::Connection connection, RawCall call) {
  const discovery::Finder finder(connection);
  const auto name = co_await discovery_name(finder, call.service);
  if (!name.ok()) co_return fail(name.status());
  const auto info = co_await finder.info_of_any(*name);
  if (absl::IsNotFound(info.status())) {
    const absl::Status status = co_await no_such_service(finder, call.service);
    co_return fail(status);
  }
  if (!info.ok()) co_return fail(info.status());
  const absl::StatusOr<std::string> subject = subject_of(*info, call.endpoint);
  if (!subject.ok()) co_return fail(subject.status());

  int code = kDone;
  for (const std::string& input : call.inputs) {
    const auto reply = co_await connection.request(*subject, input, call.timeout, call.headers);
    const absl::Status status = reply.ok() ? status_of(*reply) : reply.status();
    if (!status.ok()) code = fail(status);
    if (reply.ok() && !reply->payload.empty()) std::cout << reply->payload << std::endl;
  }
  co_return code;
}

}  // namespace fairlead::cli
