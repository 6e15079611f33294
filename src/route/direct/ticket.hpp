#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

namespace fairlead::route::direct {

/// What an instance answers to who asks over NATS for a direct link: where it listens, and what
/// lets the link in. As JSON it is the body of that answer.
struct Ticket {
  std::string instance;
  std::vector<std::string> addresses;  // as to_string(Address) writes them
  std::string token;                   // what the caller shows, over TLS
  std::string socket_token;            // what it shows over a unix socket
  std::string proof;                   // what the instance shows back
  std::string certificate;             // SHA-256 in hexadecimal digits; of TCP only
  std::size_t max_payload = 0;         // the largest message that the instance takes
};

std::string to_json(const Ticket& ticket);

/// INVALID_ARGUMENT names the field that is wrong.
absl::StatusOr<Ticket> parse_ticket(std::string_view json);

/// What an instance answers to who asks which instances take direct links.
struct InstanceName {
  std::string instance;
};

std::string to_json(const InstanceName& name);
/// Empty if there is none.
std::string parse_instance_name(std::string_view json);

/// The body of CONNECT: `{"ticket":"…"}`.
std::string connect_json(std::string_view token);
/// The token in it; empty if there is none.
std::string parse_connect(std::string_view json);

/// What an instance says in INFO.
struct LinkInfo {
  std::string proof;
  bool leaving = false;  // `ldm`, as a server of NATS says it that is about to stop
};

std::string to_json(const LinkInfo& info);
absl::StatusOr<LinkInfo> parse_link_info(std::string_view json);

}  // namespace fairlead::route::direct
