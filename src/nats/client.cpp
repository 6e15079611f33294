#include "nats/client.hpp"

#include <absl/strings/str_join.h>

#include "core/strings.hpp"
#include "nats/nuid.hpp"
#include "nats/subject.hpp"
#include "wire/writer.hpp"

namespace fairlead::nats {

Client::Client(Loop& loop, ConnectOptions options)
    : loop_(loop),
      options_(std::move(options)),
      requests_(concat(options_.inbox_prefix(), ".", new_nuid())) {}

Client::~Client() = default;

std::string Client::new_inbox() const {
  return concat(options_.inbox_prefix(), ".", new_nuid());
}

Task<absl::StatusOr<std::shared_ptr<Client>>> Client::connect(Loop& loop, ConnectOptions options) {
  const auto servers = parse_servers(options.url());
  if (!servers.ok()) co_return servers.status();
  if (const auto status = check_publish_subject(options.inbox_prefix()); !status.ok()) {
    co_return absl::InvalidArgumentError(concat("inbox prefix: ", message_of(status)));
  }
  std::vector<std::string> failures;
  absl::StatusCode code = absl::StatusCode::kUnavailable;
  for (const ServerAddress& server : *servers) {
    auto client = std::make_shared<Client>(loop, options);
    const absl::Status status = co_await client->open(server);
    if (status.ok()) co_return client;
    failures.push_back(concat(server.display(), ": ", message_of(status)));
    if (!absl::IsUnavailable(status)) code = status.code();
  }
  co_return absl::Status(code, concat("no connection to NATS: ", absl::StrJoin(failures, "; ")));
}

Task<absl::Status> Client::open(ServerAddress server) {
  server_ = std::move(server);
  const Deadline deadline = Deadline::after(options_.connect_timeout());
  auto transport = co_await connect_tcp(loop_, server_, deadline);
  if (!transport.ok()) co_return transport.status();
  transport_ = *std::move(transport);
  arm(connect_timer_, deadline);
  loop_.core().keep(shared_from_this(), run());
  while (!is_open() && !finished_) co_await opened_.wait();
  connect_timer_.unlink();
  if (finished_) co_return end_reason_;
  options_.logger().debug("connected to NATS", {{"server", server_.display()},
                                                {"server_version", server_info().version}});
  arm(ping_timer_, Deadline::after(options_.ping_interval()));
  co_return absl::OkStatus();
}

void Client::on_connect_timer() {
  perform(session_.on_connect_timeout());
}

void Client::on_ping_timer() {
  perform(session_.on_ping_interval());
  if (is_open()) arm(ping_timer_, Deadline::after(options_.ping_interval()));
}

absl::Status Client::check_sendable(std::string_view header, std::size_t size) const {
  if (!is_open()) return closed_error();
  const ServerInfo& info = session_.info();
  if (header.size() + size > info.max_payload) {
    return absl::ResourceExhaustedError(concat("the message has ", header.size() + size,
                                               " bytes with its headers; the NATS server takes ",
                                               info.max_payload, " at most (max_payload)"));
  }
  if (!header.empty() && !info.headers) {
    return absl::FailedPreconditionError("the NATS server does not support headers");
  }
  if (output_.size() + size > options_.write_limit()) {
    return absl::ResourceExhaustedError(
        concat(output_.size(),
               " bytes wait to be written to the NATS server, which takes them "
               "too slowly; the limit is ",
               options_.write_limit()));
  }
  return absl::OkStatus();
}

absl::Status Client::publish(std::string_view subject, std::string_view reply,
                             std::string_view header, std::size_t size,
                             absl::FunctionRef<void(char*)> write_payload) {
  if (absl::Status status = check_sendable(header, size); !status.ok()) return status;
  write_payload(wire::append_publish(output_, subject, reply, header, size));
  ++statistics_.messages_out;
  wake_writer();
  return absl::OkStatus();
}

absl::Status Client::start_request(PendingRequest& request, Deadline deadline,
                                   std::string_view subject, std::string_view header,
                                   std::size_t size, absl::FunctionRef<void(char*)> write_payload) {
  if (absl::Status status = check_sendable(header, size); !status.ok()) return status;
  if (!inbox_subscribed_) {
    inbox_subscribed_ = true;
    wire::append_subscribe(output_, requests_.wildcard(), "", kInboxSubscription);
  }
  const std::string_view reply = requests_.open(request);
  write_payload(wire::append_publish(output_, subject, reply, header, size));
  ++statistics_.messages_out;
  arm(request, deadline);
  wake_writer();
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<SubscriptionState>> Client::subscribe(
    std::string_view subject, const SubscribeOptions& options,
    std::function<void(const MessageView&)> callback) {
  if (absl::Status status = check_subscribe_subject(subject); !status.ok()) return status;
  if (!options.queue_group().empty()) {
    if (absl::Status status = check_queue_group(options.queue_group()); !status.ok()) return status;
  }
  if (!is_open()) return closed_error();
  auto subscription = std::make_shared<SubscriptionState>();
  subscription->client = weak_from_this();
  subscription->id = next_subscription_++;
  subscription->subject = std::string(subject);
  subscription->queue_group = options.queue_group();
  subscription->callback = std::move(callback);
  subscription->pending_limit = options.pending_limit();
  subscriptions_.emplace(subscription->id, subscription);
  wire::append_subscribe(output_, subject, options.queue_group(), subscription->id);
  wake_writer();
  return subscription;
}

void Client::send_unsubscribe(SubscriptionState& subscription) {
  if (!is_open() || subscription.ended || subscription.unsubscribed) return;
  subscription.unsubscribed = true;
  wire::append_unsubscribe(output_, subscription.id);
  wake_writer();
}

void Client::unsubscribe(SubscriptionState& subscription) {
  send_unsubscribe(subscription);
  subscription.end(absl::CancelledError("unsubscribed"));
  forget(subscription);
}

void Client::unsubscribe_after(SubscriptionState& subscription, std::uint64_t count) {
  if (!is_open() || subscription.ended) return;
  if (count <= subscription.received) return unsubscribe(subscription);
  subscription.max = count;
  wire::append_unsubscribe(output_, subscription.id, count);
  wake_writer();
}

void Client::forget(const SubscriptionState& subscription) {
  subscriptions_.erase(subscription.id);
}

}  // namespace fairlead::nats
