#include "discovery/finder.hpp"

#include <algorithm>
#include <tuple>

#include "core/strings.hpp"

namespace fairlead::discovery {
namespace {

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < 127 && c != '.' && c != '*' && c != '>';
  });
}

absl::StatusOr<std::string> subject_of(const FinderOptions& options, std::string_view verb,
                                       std::string_view name, std::string_view id) {
  if (!name.empty() && !is_service_name(name)) {
    return absl::InvalidArgumentError(
        concat("\"", escape(name),
               "\" is not the name of a service in discovery: letters, digits, `-` and `_`"));
  }
  if (!id.empty() && (name.empty() || !is_token(id))) {
    return absl::InvalidArgumentError(concat("\"", escape(id), "\" is not the id of an instance"));
  }
  std::string subject = concat(options.prefix(), ".", verb);
  if (!name.empty()) append(subject, ".", name);
  if (!id.empty()) append(subject, ".", id);
  return subject;
}

template <typename Response>
using Parse = absl::StatusOr<Response> (*)(std::string_view);

/// The reply as a response; errors that a service sent instead of one are told in its words.
template <typename Response>
absl::StatusOr<Response> read(const nats::Message& message, Parse<Response> parse) {
  if (const auto error = message.headers.get("Nats-Service-Error")) {
    return absl::UnknownError(concat("the service answered: ", *error));
  }
  return parse(message.payload);
}

template <typename Response>
Task<absl::StatusOr<Found<Response>>> ask(nats::Connection connection, FinderOptions options,
                                          std::string verb, std::string name, std::string id,
                                          Parse<Response> parse) {
  const absl::StatusOr<std::string> subject = subject_of(options, verb, name, id);
  if (!subject.ok()) co_return subject.status();
  const std::size_t max = id.empty() ? SIZE_MAX : 1;
  const auto messages = co_await connection.request_many(*subject, std::string(), options.timeout(),
                                                         options.stall(), max);
  if (!messages.ok()) co_return messages.status();
  Found<Response> found;
  for (const nats::Message& message : *messages) {
    absl::StatusOr<Response> response = read(message, parse);
    if (response.ok()) {
      found.instances.push_back(*std::move(response));
    } else if (++found.invalid == 1) {
      found.first_problem = std::string(message_of(response.status()));
    }
  }
  std::sort(found.instances.begin(), found.instances.end(),
            [](const Identity& a, const Identity& b) {
              return std::tie(a.name, a.id) < std::tie(b.name, b.id);
            });
  co_return found;
}

}  // namespace

Finder::Finder(nats::Connection connection, FinderOptions options)
    : connection_(std::move(connection)), options_(std::move(options)) {}

Task<absl::StatusOr<Found<PingResponse>>> Finder::ping(std::string name, std::string id) const {
  return ask(connection_, options_, "PING", std::move(name), std::move(id), &parse_ping);
}

Task<absl::StatusOr<Found<InfoResponse>>> Finder::info(std::string name, std::string id) const {
  return ask(connection_, options_, "INFO", std::move(name), std::move(id), &parse_info);
}

Task<absl::StatusOr<Found<StatsResponse>>> Finder::stats(std::string name, std::string id) const {
  return ask(connection_, options_, "STATS", std::move(name), std::move(id), &parse_stats);
}

Task<absl::StatusOr<InfoResponse>> Finder::info_of_any(std::string name) const {
  nats::Connection connection = connection_;
  const FinderOptions options = options_;
  const absl::StatusOr<std::string> subject = subject_of(options, "INFO", name, "");
  if (!subject.ok()) co_return subject.status();
  const auto message = co_await connection.request(*subject, std::string(), options.timeout());
  if (absl::IsUnavailable(message.status()) && connection.is_open()) {
    co_return absl::NotFoundError(concat("no instance of ", name, " is up"));
  }
  if (!message.ok()) co_return message.status();
  co_return read(*message, &parse_info);
}

Task<absl::StatusOr<std::chrono::nanoseconds>> Finder::round_trip(std::string name,
                                                                  std::string id) const {
  nats::Connection connection = connection_;
  const FinderOptions options = options_;
  const absl::StatusOr<std::string> subject = subject_of(options, "PING", name, id);
  if (!subject.ok()) co_return subject.status();
  const auto start = Deadline::Clock::now();
  const auto message = co_await connection.request(*subject, std::string(), options.timeout());
  if (!message.ok()) co_return message.status();
  co_return std::chrono::nanoseconds(Deadline::Clock::now() - start);
}

bool is_service_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

std::string default_service_name(std::string_view full_name) {
  std::string name(full_name);
  std::replace(name.begin(), name.end(), '.', '-');
  return name;
}

std::string full_name_of(const Identity& identity) {
  const auto entry = identity.metadata.find("fairlead.service");
  return entry == identity.metadata.end() ? std::string() : entry->second;
}

}  // namespace fairlead::discovery
