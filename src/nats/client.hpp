#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include <absl/container/flat_hash_map.h>
#include <absl/functional/function_ref.h>
#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "fairlead/nats/connection.hpp"

#include "core/byte_buffer.hpp"
#include "core/loop_core.hpp"
#include "core/waiter.hpp"
#include "nats/request_mux.hpp"
#include "nats/session.hpp"
#include "nats/subscription_state.hpp"
#include "nats/transport.hpp"
#include "wire/operation.hpp"
#include "wire/parser.hpp"

namespace fairlead::nats {

/// The inside of a Connection: drives a Session over a Transport, and is the data path. Subjects
/// and headers that are given to it have been checked.
///
/// Reading takes what the socket has, up to 64 KiB and more, and handles every whole message in it
/// before reading again. Writing starts at once when nothing is being written, and otherwise
/// gathers; while messages are handled it waits, so that all their answers leave in one write.
class Client final : public LoopResident, public std::enable_shared_from_this<Client> {
 public:
  static Task<absl::StatusOr<std::shared_ptr<Client>>> connect(Loop& loop, ConnectOptions options);

  /// Not for use: connect() makes clients.
  Client(Loop& loop, ConnectOptions options);
  ~Client() override;

  /// Sends a message of `size` bytes that `write_payload` writes in place. `header` is a whole
  /// block or empty.
  absl::Status publish(std::string_view subject, std::string_view reply, std::string_view header,
                       std::size_t size, absl::FunctionRef<void(char*)> write_payload);

  /// Sends a request in the same way. On success `request` gets exactly one outcome.
  absl::Status start_request(PendingRequest& request, Deadline deadline, std::string_view subject,
                             std::string_view header, std::size_t size,
                             absl::FunctionRef<void(char*)> write_payload);

  absl::StatusOr<std::shared_ptr<SubscriptionState>> subscribe(
      std::string_view subject, const SubscribeOptions& options,
      std::function<void(const MessageView&)> callback);
  void unsubscribe(SubscriptionState& subscription);
  void unsubscribe_after(SubscriptionState& subscription, std::uint64_t count);
  /// Tells the server only: what is on its way is still delivered.
  void send_unsubscribe(SubscriptionState& subscription);

  Task<absl::Status> flush(Deadline::Duration timeout);
  Task<absl::Status> drain(Deadline::Duration timeout);
  Task<absl::Status> closed();
  void close();
  void shut_down() override { close(); }

  void arm(DeadlineNode& node, Deadline deadline) { loop_.core().arm(node, deadline); }
  std::string new_inbox() const;
  bool is_open() const { return session_.state() == Session::State::kOpen; }
  const ServerInfo& server_info() const { return session_.info(); }
  const ConnectOptions& options() const { return options_; }
  const Statistics& statistics() const { return statistics_; }
  Loop& loop() const { return loop_; }

  /// While one of these lives, writes wait. They nest.
  class WriteHold {
   public:
    explicit WriteHold(Client& client) : client_(client) { ++client_.write_holds_; }
    ~WriteHold() {
      if (--client_.write_holds_ == 0) client_.wake_writer();
    }
    WriteHold(const WriteHold&) = delete;
    WriteHold& operator=(const WriteHold&) = delete;

   private:
    Client& client_;
  };

 private:
  static constexpr std::uint64_t kInboxSubscription = 1;

  struct FlushWaiter;
  class Timer final : public DeadlineNode {
   public:
    Timer(Client& client, void (Client::*action)()) : client_(client), action_(action) {}
    void on_deadline() override { (client_.*action_)(); }

   private:
    Client& client_;
    void (Client::*action_)();
  };

  Task<absl::Status> open(ServerAddress server);
  Task<void> run();
  Task<void> read_loop();
  Task<void> write_loop();
  void handle_input();
  void handle(const wire::Operation& operation);
  void handle_message(const wire::Operation& operation);
  void perform(const Session::Actions& actions);
  void perform(const Action& action);
  void finish(absl::Status reason);
  void end_waiters();
  void on_ping_timer();
  void on_connect_timer();
  absl::Status check_sendable(std::string_view header, std::size_t size) const;
  absl::Status closed_error() const;
  void forget(const SubscriptionState& subscription);
  void wake_writer() {
    if (write_holds_ == 0 && !output_.empty()) writer_.wake();
  }

  Loop& loop_;
  ConnectOptions options_;
  ServerAddress server_;
  Session session_;
  std::unique_ptr<Transport> transport_;
  wire::ParseLimits limits_;

  ByteBuffer input_;
  ByteBuffer output_;   // what waits
  ByteBuffer sending_;  // what is being written
  Waiter writer_;
  int write_holds_ = 0;

  RequestMux requests_;
  bool inbox_subscribed_ = false;
  absl::flat_hash_map<std::uint64_t, std::shared_ptr<SubscriptionState>> subscriptions_;
  std::uint64_t next_subscription_ = kInboxSubscription + 1;

  std::deque<FlushWaiter*> flushes_;  // null: given up meanwhile
  Timer ping_timer_{*this, &Client::on_ping_timer};
  Timer connect_timer_{*this, &Client::on_connect_timer};
  Waiter opened_;
  std::deque<Waiter*> closed_waiters_;
  bool finished_ = false;
  absl::Status end_reason_;
  Statistics statistics_;
};

}  // namespace fairlead::nats
