#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "fairlead/loop.hpp"
#include "fairlead/nats/connect_options.hpp"
#include "fairlead/nats/event.hpp"
#include "fairlead/nats/message.hpp"
#include "fairlead/nats/subscription.hpp"
#include "fairlead/task.hpp"

namespace fairlead::nats {

class Client;

/// What a server says about itself (the part of INFO that programs use).
struct ServerInfo {
  std::string server_id;
  std::string server_name;
  std::string version;
  std::string host;
  std::uint16_t port = 0;
  std::uint64_t max_payload = 1 << 20;
  std::uint64_t client_id = 0;
  bool headers = false;
  bool jetstream = false;
  bool auth_required = false;
  bool tls_required = false;
  bool tls_available = false;
  bool lame_duck = false;
  std::string nonce;                      ///< The challenge that keys sign; empty if none.
  std::vector<std::string> connect_urls;  ///< `host:port` of the servers of its cluster.
};

/// Counts since the connection was made, over all servers that it was connected to.
struct Statistics {
  std::uint64_t messages_in = 0;
  std::uint64_t messages_out = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t reads = 0;
  std::uint64_t writes = 0;
  std::uint64_t reconnects = 0;
};

/// Whether a request that ended with `status` may have been executed all the same: it was sent, and
/// its time was over, the connection was lost or its inbox was refused before there was a reply.
/// False if it surely was not sent, and for a reply.
bool may_have_executed(const absl::Status& status);

/// A connection to NATS. A handle: copies are the same connection. It lives on its loop until it
/// is closed or the loop is destroyed, also without a handle. All functions are called on the
/// loop's thread.
///
/// When its server is lost it connects to another of its servers, or to the same again, and
/// restores its subscriptions. Meanwhile messages to send are kept (ConnectOptions).
class Connection {
 public:
  /// Connects to the first server of `options` that answers. Fails with INVALID_ARGUMENT for a
  /// wrong option, UNAUTHENTICATED if the server refuses the credentials, UNAVAILABLE naming each
  /// server and why otherwise.
  static Task<absl::StatusOr<Connection>> connect(Loop& loop, ConnectOptions options);

  /// Sends a message. It is written at once if the connection is idle, else with those that wait.
  /// INVALID_ARGUMENT for a subject with wildcards, blanks or empty tokens or a header that cannot
  /// be sent; RESOURCE_EXHAUSTED if it is over the server's max_payload or too many bytes wait;
  /// UNAVAILABLE after the connection has ended, or while it is lost and no more can be kept.
  absl::Status publish(std::string_view subject, std::string_view payload,
                       const Headers& headers = Headers(), std::string_view reply = {});

  /// Waits until few enough bytes wait to be written: await it where much is published, so that the
  /// program is no faster than the server. UNAVAILABLE if the connection ends meanwhile.
  Task<absl::Status> writable();

  /// publish() after writable(): for programs that produce more than the server takes.
  Task<absl::Status> send(std::string subject, std::string payload, Headers headers = Headers(),
                          std::string reply = {});

  /// Sends a request and waits for its first reply. UNAVAILABLE at once if nobody is subscribed, or
  /// if the connection is lost meanwhile (see may_have_executed()); PERMISSION_DENIED if the server
  /// does not let it pass; DEADLINE_EXCEEDED after `timeout`; else as publish(). Replies that are
  /// errors of a service are returned as messages.
  Task<absl::StatusOr<Message>> request(std::string subject, std::string payload,
                                        Deadline::Duration timeout, Headers headers = Headers());

  /// Sends a request and collects the replies of many. Ends after `timeout`, or, once one has
  /// come, after `stall` without another, or after `max` (ADR-47). No responders: an empty list.
  /// Else errors as of request(), but for DEADLINE_EXCEEDED; replies that came before are dropped.
  Task<absl::StatusOr<std::vector<Message>>> request_many(std::string subject, std::string payload,
                                                          Deadline::Duration timeout,
                                                          Deadline::Duration stall,
                                                          std::size_t max = SIZE_MAX);

  /// Subscribes; the messages are read with Subscription::next().
  absl::StatusOr<Subscription> subscribe(std::string_view subject,
                                         SubscribeOptions options = SubscribeOptions());

  /// Subscribes; `callback` is called on the loop with each message as it lies in the read buffer.
  /// It must not block and must not throw.
  absl::StatusOr<Subscription> subscribe(std::string_view subject, SubscribeOptions options,
                                         std::function<void(const MessageView&)> callback);

  /// Waits until the server has processed everything sent so far (PING, PONG). While the connection
  /// is lost it waits for the next. UNAVAILABLE if it is lost before the PONG; also, once, if it
  /// was lost after messages had been published that no flush() confirmed: these may be lost too.
  Task<absl::Status> flush(Deadline::Duration timeout);

  /// How long the server takes to answer a PING behind all that waits to be written. Errors as
  /// flush(), but for what was lost before.
  Task<absl::StatusOr<Deadline::Duration>> round_trip(Deadline::Duration timeout);

  /// Leaves in good order: ends all subscriptions, lets what the server already sent be handled,
  /// writes what waits, closes. After `timeout` it closes as things are. Errors as flush().
  Task<absl::Status> drain(Deadline::Duration timeout);

  /// Closes at once. What waits for something on this connection gets UNAVAILABLE.
  void close();

  /// Waits until the connection has ended; returns why (OK after close() and drain()).
  Task<absl::Status> closed();

  /// What happens to the connection from now on; if it is open the first event is kConnected.
  EventStream events();

  /// Connected to a server now.
  bool is_open() const;
  /// At its end: nothing will be sent or received again.
  bool is_closed() const;

  /// A subject on which nobody else listens, to receive replies: `_INBOX.…`.
  std::string new_inbox();

  /// Of the server it is connected to, or was last. The reference holds until the next await.
  const ServerInfo& server_info() const;
  Statistics statistics() const;
  Loop& loop() const;

  /// What other parts of Fairlead see of a connection; not for programs.
  const std::shared_ptr<Client>& client() const { return client_; }
  explicit Connection(std::shared_ptr<Client> client) : client_(std::move(client)) {}

 private:
  std::shared_ptr<Client> client_;
};

/// Connection::connect() for programs without coroutines: `loop` runs on another thread.
absl::StatusOr<Connection> connect_and_wait(Loop& loop, ConnectOptions options);

}  // namespace fairlead::nats
