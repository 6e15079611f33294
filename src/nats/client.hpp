#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <absl/functional/function_ref.h>
#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "fairlead/nats/connection.hpp"
#include "fairlead/task_scope.hpp"

#include "core/loop_core.hpp"
#include "core/waiter.hpp"
#include "core/waiter_list.hpp"
#include "nats/away_buffer.hpp"
#include "nats/event_hub.hpp"
#include "nats/link.hpp"
#include "nats/request_mux.hpp"
#include "nats/request_numbers.hpp"
#include "nats/server_pool.hpp"
#include "nats/subscription_table.hpp"

namespace fairlead::nats {

/// The inside of a Connection: what stays while links to servers come and go. Subjects and headers
/// that are given to it have been checked.
///
/// A ServerPool says which server is next, a Link is the connection to it. When a link is lost,
/// requests in flight fail, and what is published is kept until there is another. A server that is
/// about to stop is left for another one while both links stand, so that nothing is lost.
class Client final : public LoopResident,
                     public LinkOwner,
                     public std::enable_shared_from_this<Client> {
 public:
  static Task<absl::StatusOr<std::shared_ptr<Client>>> connect(Loop& loop, ConnectOptions options);

  /// Not for use: connect() makes clients.
  Client(Loop& loop, ConnectOptions options, std::vector<ServerAddress> servers);
  ~Client() override;

  /// Sends a message of `size` bytes that `write_payload` writes in place. `header` is a whole
  /// block or empty.
  absl::Status publish(std::string_view subject, std::string_view reply, std::string_view header,
                       std::size_t size, absl::FunctionRef<void(char*)> write_payload);

  /// Sends a request in the same way. On success `request` gets exactly one outcome; `subject`
  /// lives until then.
  absl::Status start_request(PendingRequest& request, Deadline deadline, std::string_view subject,
                             std::string_view header, std::size_t size,
                             absl::FunctionRef<void(char*)> write_payload);

  /// A number for a request.
  std::uint32_t new_request_number() { return numbers_.next(); }

  /// Where the reply to a request that waits comes; holds until the next request.
  std::string_view reply_of(const PendingRequest& request) { return requests_.reply_of(request); }

  absl::StatusOr<std::shared_ptr<SubscriptionState>> subscribe(
      std::string_view subject, const SubscribeOptions& options,
      std::function<void(const MessageView&)> callback);
  void unsubscribe(SubscriptionState& subscription);
  void unsubscribe_after(SubscriptionState& subscription, std::uint64_t count);
  /// Tells the server only: what is on its way is still delivered.
  void send_unsubscribe(SubscriptionState& subscription);

  bool is_writable() const;
  /// Waits on `waiter` until something has been written, or the connection is lost, found again or
  /// closed; or until somebody else wakes it.
  Task<void> written(Waiter& waiter);
  Task<absl::Status> writable();
  /// Waits until the servers have processed all that was sent so far, once there is one.
  Task<absl::Status> round_trip(Deadline deadline);
  /// The same, and tells of messages that were lost before.
  Task<absl::Status> flush(Deadline::Duration timeout);
  Task<absl::Status> drain(Deadline::Duration timeout);
  Task<absl::Status> closed();
  void close() { end(absl::OkStatus()); }
  void shut_down() override { close(); }

  std::shared_ptr<EventQueue> events();
  void arm(DeadlineNode& node, Deadline deadline) { loop_.core().arm(node, deadline); }
  std::string new_inbox() const;
  bool is_open() const { return link_ && link_->is_open(); }
  bool is_closed() const { return ended_; }
  /// Whether requests that wait have been sent: else they are kept, as others have failed.
  bool has_sent_requests() const { return link_ != nullptr; }
  const ServerInfo& server_info() const { return info_; }
  const Statistics& statistics() const { return statistics_; }
  Loop& loop() const { return loop_; }

 private:
  // How it connects and ends (client_life.cpp).
  Task<void> run();
  Task<void> step(TaskScope& tasks);
  Task<void> pause(std::chrono::milliseconds time);
  Task<void> try_server(TaskScope& tasks, ServerAddress server);
  Task<void> run_link(std::shared_ptr<Link> link);
  void end(absl::Status reason);
  void end_waiters();
  void emit(const Event& event);

  // How it gets from one link to another (client_move.cpp).
  struct Departure;
  void adopt(std::shared_ptr<Link> link, TaskScope& tasks);
  Task<void> leave(Departure departure);
  Task<void> linger(const Link& from, const Link* to, Deadline::Duration time);
  void refuse(const AwayBuffer::TooLarge& kept, const std::string& server);
  void abandon(const Departure& departure, const absl::Status& reason);
  void lose(const Link& link);

  // LinkOwner (client_receive.cpp).
  void on_message(const wire::Operation& message) override;
  void on_link_open(Link&) override { attention_.wake(); }
  void on_link_info(Link& link) override;
  void on_link_error(Link& link, const ServerError& error) override;
  void on_link_written(Link& link) override;
  void on_subscription_refused(const ServerError& error);

  /// `frame` is what it takes with all around it.
  absl::Status check_sendable(std::string_view header, std::size_t size, std::size_t frame) const;
  absl::Status check_room_while_away(std::size_t frame);
  void end_subscription(SubscriptionState& subscription, absl::Status reason);
  absl::Status end_error() const;

  Loop& loop_;
  const ConnectOptions options_;
  ServerPool pool_;
  const Deadline first_deadline_;  // of the attempts to connect for the first time
  Statistics statistics_;
  ServerInfo info_;

  std::shared_ptr<Link> link_;       // null: away
  std::shared_ptr<Link> candidate_;  // being connected
  std::shared_ptr<Link> leaving_;    // of a server that is about to stop
  bool moving_ = false;              // from such a server to another
  Waiter attention_;                 // run() waits here
  struct Loss {
    absl::Status reason;
    bool refused;
  };
  std::optional<Loss> loss_;  // not yet told to the pool

  RequestMux requests_;
  RequestNumbers numbers_;
  bool inbox_wanted_ = false;
  absl::Status inbox_refused_;
  SubscriptionTable subscriptions_;
  AwayBuffer away_;
  EventHub events_;

  // Messages published so far that are no requests; of these, those of which a flush() has told;
  // and those before the last loss.
  std::uint64_t published_ = 0;
  std::uint64_t settled_ = 0;
  std::uint64_t lost_ = 0;

  bool was_open_ = false;
  bool ended_ = false;
  absl::Status end_reason_;
  WaiterList opened_;  // those who wait for a link, or the end
  WaiterList writable_;
  WaiterList closed_;
  WaiterList moved_;  // those who wait for a link to end, or for another to take its place
};

}  // namespace fairlead::nats
