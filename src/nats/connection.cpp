#include "fairlead/nats/connection.hpp"

#include <cstring>

#include "fairlead/block_on.hpp"

#include "core/strings.hpp"
#include "nats/client.hpp"
#include "nats/outcome.hpp"
#include "nats/subject.hpp"
#include "wire/header_writer.hpp"

namespace fairlead::nats {
namespace {

absl::StatusOr<std::string> header_block(const Headers& headers) {
  if (headers.empty()) return std::string();
  wire::HeaderWriter writer;
  for (const auto& [key, value] : headers) {
    if (!wire::is_valid_header_key(key)) {
      return absl::InvalidArgumentError(concat("\"", escape(key),
                                               "\" is not a header key: it must be visible "
                                               "ASCII without colon"));
    }
    if (!wire::is_valid_header_value(value)) {
      return absl::InvalidArgumentError(concat("the value of header \"", key,
                                               "\" has a line break or NUL, or a blank at an end"));
    }
    writer.add(key, value);
  }
  return std::string(writer.finish());
}

// What a request() waits with.
struct OneReply final : PendingRequest {
  explicit OneReply(const Client& client) : client(client) {}

  void on_reply(const MessageView& message) override { finish(Message(message)); }
  void on_no_responders() override {
    finish(absl::UnavailableError("no responders: nobody is subscribed to this subject"));
  }
  void on_timeout() override {
    absl::Status status = absl::DeadlineExceededError("no reply came in time");
    if (client.has_sent_requests()) status = maybe_executed(std::move(status));
    finish(std::move(status));
  }
  void on_failed(const absl::Status& reason) override { finish(reason); }

  void finish(absl::StatusOr<Message> outcome) {
    result = std::move(outcome);
    done = true;
    finished.wake();
  }

  const Client& client;
  absl::StatusOr<Message> result;
  bool done = false;
  Waiter finished;
};

}  // namespace

Task<absl::StatusOr<Connection>> Connection::connect(Loop& loop, ConnectOptions options) {
  auto client = co_await Client::connect(loop, std::move(options));
  if (!client.ok()) co_return client.status();
  co_return Connection(*std::move(client));
}

absl::StatusOr<Connection> connect_and_wait(Loop& loop, ConnectOptions options) {
  return block_on(loop, Connection::connect(loop, std::move(options)));
}

absl::Status Connection::publish(std::string_view subject, std::string_view payload,
                                 const Headers& headers, std::string_view reply) {
  if (absl::Status status = check_publish_subject(subject); !status.ok()) return status;
  if (!reply.empty()) {
    if (absl::Status status = check_publish_subject(reply); !status.ok()) return status;
  }
  const auto block = header_block(headers);
  if (!block.ok()) return block.status();
  return client_->publish(subject, reply, *block, payload.size(),
                          [&](char* to) { std::memcpy(to, payload.data(), payload.size()); });
}

Task<absl::Status> Connection::writable() {
  return client_->writable();
}

Task<absl::Status> Connection::send(std::string subject, std::string payload, Headers headers,
                                    std::string reply) {
  Connection self = *this;
  const absl::Status status = co_await self.writable();
  if (!status.ok()) co_return status;
  co_return self.publish(subject, payload, headers, reply);
}

Task<absl::StatusOr<Message>> Connection::request(std::string subject, std::string payload,
                                                  Deadline::Duration timeout, Headers headers) {
  const std::shared_ptr<Client> client = client_;
  if (absl::Status status = check_publish_subject(subject); !status.ok()) co_return status;
  const auto block = header_block(headers);
  if (!block.ok()) co_return block.status();
  OneReply reply(*client);
  const auto write = [&](char* to) { std::memcpy(to, payload.data(), payload.size()); };
  const absl::Status sent = client->start_request(reply, Deadline::after(timeout), subject, *block,
                                                  payload.size(), write);
  if (!sent.ok()) co_return sent;
  if (!reply.done) co_await reply.finished.wait();
  co_return std::move(reply.result);
}

Task<absl::StatusOr<std::vector<Message>>> Connection::request_many(std::string subject,
                                                                    std::string payload,
                                                                    Deadline::Duration timeout,
                                                                    Deadline::Duration stall,
                                                                    std::size_t max) {
  Connection self = *this;
  const std::string inbox = self.new_inbox();
  auto inbox_state = self.client_->subscribe(inbox, SubscribeOptions(), nullptr);
  if (!inbox_state.ok()) co_return inbox_state.status();
  (*inbox_state)->asked = subject;  // a refusal or a loss of the request ends it
  Subscription replies(*std::move(inbox_state));
  absl::Status status = self.publish(subject, payload, Headers(), inbox);
  const Deadline end = Deadline::after(timeout);
  Deadline next = end;
  std::vector<Message> messages;
  while (status.ok() && messages.size() < max) {
    auto message = co_await replies.next(next);
    if (absl::IsDeadlineExceeded(message.status())) break;
    if (!message.ok()) {
      status = message.status();
    } else if (message->status == 503 && message->payload.empty()) {
      break;
    } else {
      messages.push_back(*std::move(message));
      next = earlier(end, Deadline::after(stall));
    }
  }
  replies.unsubscribe();
  if (!status.ok()) co_return status;
  co_return messages;
}

absl::StatusOr<Subscription> Connection::subscribe(std::string_view subject,
                                                   SubscribeOptions options) {
  auto state = client_->subscribe(subject, options, nullptr);
  if (!state.ok()) return state.status();
  return Subscription(*std::move(state));
}

absl::StatusOr<Subscription> Connection::subscribe(
    std::string_view subject, SubscribeOptions options,
    std::function<void(const MessageView&)> callback) {
  auto state = client_->subscribe(subject, options, std::move(callback));
  if (!state.ok()) return state.status();
  return Subscription(*std::move(state));
}

Task<absl::Status> Connection::flush(Deadline::Duration timeout) {
  return client_->flush(timeout);
}

Task<absl::StatusOr<Deadline::Duration>> Connection::round_trip(Deadline::Duration timeout) {
  const std::shared_ptr<Client> client = client_;
  const auto start = Deadline::Clock::now();
  const absl::Status status = co_await client->round_trip(Deadline::after(timeout));
  if (!status.ok()) co_return status;
  co_return Deadline::Clock::now() - start;
}

Task<absl::Status> Connection::drain(Deadline::Duration timeout) {
  return client_->drain(timeout);
}

void Connection::close() {
  client_->close();
}

Task<absl::Status> Connection::closed() {
  return client_->closed();
}

EventStream Connection::events() {
  return EventStream(client_->events());
}

bool Connection::is_closed() const {
  return client_->is_closed();
}

bool Connection::is_open() const {
  return client_->is_open();
}

std::string Connection::new_inbox() {
  return client_->new_inbox();
}

const ServerInfo& Connection::server_info() const {
  return client_->server_info();
}

Statistics Connection::statistics() const {
  return client_->statistics();
}

Loop& Connection::loop() const {
  return client_->loop();
}

}  // namespace fairlead::nats
