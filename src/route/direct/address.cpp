#include "route/direct/address.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "core/strings.hpp"

namespace fairlead::route::direct {
namespace {

absl::Status wrong_address(std::string_view text, std::string_view reason) {
  return absl::InvalidArgumentError(
      concat("\"", escape(text), "\" is no address to listen at for direct links: ", reason,
             "; expected is HOST:PORT, :PORT or unix:/PATH, and behind it =ADDRESS if callers "
             "reach it at another one"));
}

bool is_ip_address(const std::string& text) {
  in6_addr ignored;
  return inet_pton(AF_INET, text.c_str(), &ignored) == 1 ||
         inet_pton(AF_INET6, text.c_str(), &ignored) == 1;
}

// The `=` before what is announced; npos if nothing is. A path may have others.
std::size_t find_announced(std::string_view text) {
  return text.starts_with("unix:") ? text.rfind("=unix:") : text.find('=');
}

absl::Status move_on(Address& address, int number) {
  if (address.is_unix()) append(address.path, ".", number);
  if (address.port == 0) return absl::OkStatus();
  if (address.port + number > 65535) {
    return absl::InvalidArgumentError(
        concat("each loop takes the next port from ", to_string(address),
               " on for direct links, and there is none for loop ", number + 1,
               "; start with a lower port, or with fewer loops"));
  }
  address.port = static_cast<std::uint16_t>(address.port + number);
  return absl::OkStatus();
}

std::string text_of(const sockaddr& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.sa_family == AF_INET) {
    const auto& four = reinterpret_cast<const sockaddr_in&>(address);
    inet_ntop(AF_INET, &four.sin_addr, text, sizeof(text));
  } else {
    const auto& six = reinterpret_cast<const sockaddr_in6&>(address);
    // One that holds on one link only needs the link's name, which differs from host to host.
    if (IN6_IS_ADDR_LINKLOCAL(&six.sin6_addr)) return "";
    inet_ntop(AF_INET6, &six.sin6_addr, text, sizeof(text));
  }
  return text;
}

}  // namespace

absl::StatusOr<Address> parse_address(std::string_view text) {
  Address address;
  std::string_view rest = text;
  if (rest.starts_with("unix:")) {
    rest.remove_prefix(5);
    if (rest.starts_with("//")) rest.remove_prefix(2);
    if (!rest.starts_with("/")) return wrong_address(text, "its path does not start with /");
    if (rest.size() >= sizeof(sockaddr_un::sun_path)) {
      return wrong_address(text, concat("a path of a unix socket has at most ",
                                        sizeof(sockaddr_un::sun_path) - 1, " bytes"));
    }
    if (rest.find('\0') != std::string_view::npos) return wrong_address(text, "it has a NUL");
    address.path = rest;
    return address;
  }
  if (rest.starts_with("tcp://")) rest.remove_prefix(6);
  const std::size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos) return wrong_address(text, "it has no port");
  const auto port = parse_number(rest.substr(colon + 1));
  if (!port || *port > 65535) return wrong_address(text, "its port is no number up to 65535");
  address.port = static_cast<std::uint16_t>(*port);
  std::string_view host = rest.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
    if (host.empty()) return wrong_address(text, "its host is empty");
  } else if (host.find(':') != std::string_view::npos) {
    return wrong_address(text, "an address of IPv6 stands in brackets");
  }
  address.host = host;
  return address;
}

std::string to_string(const Address& address) {
  if (address.is_unix()) return concat("unix://", address.path);
  if (address.host.find(':') == std::string::npos) {
    return concat("tcp://", address.host, ":", address.port);
  }
  return concat("tcp://[", address.host, "]:", address.port);
}

absl::StatusOr<ListenAddress> parse_listen_address(std::string_view text) {
  const std::size_t equals = find_announced(text);
  absl::StatusOr<Address> at = parse_address(text.substr(0, equals));
  if (!at.ok()) return at.status();
  if (equals == std::string_view::npos) return ListenAddress{*std::move(at), std::nullopt};
  absl::StatusOr<Address> announced = parse_address(text.substr(equals + 1));
  if (!announced.ok()) return announced.status();
  if (announced->is_unix() != at->is_unix()) {
    return wrong_address(text, "what is announced is of another kind");
  }
  // Callers resolve no names: what they would get need not be what was meant here.
  if (!announced->is_unix() && !is_ip_address(announced->host)) {
    return wrong_address(text, "what is announced is no IP address with a port");
  }
  if (announced->host == "0.0.0.0" || announced->host == "::") {
    return wrong_address(text, "what is announced is no address that callers could reach");
  }
  return ListenAddress{*std::move(at), *std::move(announced)};
}

std::string to_string(const ListenAddress& address) {
  if (!address.announced) return to_string(address.at);
  return concat(to_string(address.at), "=", to_string(*address.announced));
}

absl::StatusOr<ListenAddress> for_loop(ListenAddress address, int number) {
  if (number == 0) return address;
  absl::Status status = move_on(address.at, number);
  if (address.announced) status.Update(move_on(*address.announced, number));
  if (!status.ok()) return status;
  return address;
}

std::vector<std::string> addresses_of_machine() {
  std::vector<std::string> addresses;
  std::vector<std::string> loopback;
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) != 0) return addresses;
  for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr || (one->ifa_flags & IFF_UP) == 0) continue;
    const auto family = one->ifa_addr->sa_family;
    if (family != AF_INET && family != AF_INET6) continue;
    std::string text = text_of(*one->ifa_addr);
    if (text.empty()) continue;
    const bool local = (one->ifa_flags & IFF_LOOPBACK) != 0;
    (local ? loopback : addresses).push_back(std::move(text));
  }
  freeifaddrs(all);
  return addresses.empty() ? loopback : addresses;
}

}  // namespace fairlead::route::direct
