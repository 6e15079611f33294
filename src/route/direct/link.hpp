#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include <absl/functional/function_ref.h>
#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "fairlead/loop.hpp"

#include "core/byte_buffer.hpp"
#include "core/deadline_callback.hpp"
#include "core/waiter.hpp"
#include "core/waiter_list.hpp"
#include "nats/tcp_transport.hpp"
#include "route/direct/link_session.hpp"
#include "wire/operation.hpp"
#include "wire/parser.hpp"

namespace fairlead::route::direct {

/// What the two sides of a direct link have in common: drives a LinkSession over a transport, and
/// is the data path.
///
/// As nats::Link does it: reading takes what the socket has and handles every whole message in it
/// before reading again; writing starts at once when nothing is being written, and otherwise
/// gathers; while messages are handled it waits until there is enough for a first write.
class Link {
 public:
  Link(Loop& loop, LinkSession session);
  virtual ~Link() = default;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  /// Opens the link over `transport`, then reads and writes until it ends. Called once; this object
  /// lives until the task has ended.
  Task<void> run(std::unique_ptr<nats::TcpTransport> transport);

  /// Ends it at once; who waits gets `reason`.
  void close(const absl::Status& reason) { perform(session_.on_close(reason)); }
  /// Tells the caller that the instance is about to stop.
  void say_goodbye() { perform(session_.on_stop()); }

  bool is_open() const { return session_.state() == LinkSession::State::kOpen && !hanging_up_; }
  bool is_closed() const { return session_.closed(); }
  /// Bytes that wait or are being written.
  std::size_t unwritten() const { return output_.size() + sending_.size() - sent_; }
  /// Waits on `waiter` until something has been written, or the link has ended.
  Task<void> written(Waiter& waiter);

 protected:
  /// Sends a message of `size` bytes that `write_payload` writes in place.
  void publish(std::string_view subject, std::string_view reply, std::string_view header,
               std::size_t size, absl::FunctionRef<void(char*)> write_payload);

  /// All bytes of messages that were ever handed to the transport, which may have sent them; and
  /// those that were made.
  std::uint64_t handed() const { return handed_; }
  std::uint64_t made() const { return handed_ + unhanded_ + output_.size(); }

  /// The largest control line and message that may come before the link is open, and then.
  void set_limits(const wire::ParseLimits& closed, const wire::ParseLimits& open);

  // What a side does. Called while the link handles its input or its timers.
  virtual absl::StatusOr<std::unique_ptr<nats::TlsEngine>> make_tls() = 0;
  virtual void on_connect(std::string_view) {}
  virtual void on_message(const wire::Operation& message) = 0;
  virtual void on_opened() {}
  virtual void on_leaving() {}
  /// A second has passed.
  virtual void on_second() {}
  virtual void on_invalid() {}
  virtual void on_handshake_failed(LinkSession::State) {}
  virtual bool is_busy() const = 0;
  virtual std::string_view token() const { return ""; }
  /// It has ended; once.
  virtual void on_ended(const absl::Status& reason) = 0;

  void perform(const LinkSession::Steps& steps);
  bool handshake_is_late() const { return handshake_deadline_.passed(); }

  Loop& loop_;
  LinkSession session_;

 private:
  // How much is enough for the first write while messages are handled: the other side works on it
  // while the rest is made. Less makes more work than is gained by doing it at the same time.
  static constexpr std::size_t kEarlyWrite = 3 << 10;

  class WriteHold;

  Task<void> encrypt();
  Task<void> read_loop();
  Task<void> write_loop();
  /// A caller takes no answers, so no more of it is heard. What a caller sends is bounded by
  /// itself: if both sides waited for each other to read, neither would.
  bool overfull() const;
  Task<absl::Status> write_pieces();
  void handle_input();
  void handle(const wire::Operation& operation);
  void perform(const LinkStep& step);
  void hang_up(const absl::Status& reason);
  void on_closed(const absl::Status& reason);
  void on_tick();
  void on_handshake_timeout();
  bool may_write() const {
    return output_.size() >= kEarlyWrite || (write_holds_ == 0 && !output_.empty());
  }
  void wake_writer() {
    if (may_write() || (hanging_up_ && write_holds_ == 0)) writer_.wake();
  }

  std::unique_ptr<nats::TcpTransport> transport_;
  Deadline handshake_deadline_;
  wire::ParseLimits closed_limits_;
  wire::ParseLimits open_limits_;
  ByteBuffer input_;
  ByteBuffer output_;         // what waits
  ByteBuffer sending_;        // what is being written
  std::size_t sent_ = 0;      // of it
  std::size_t unhanded_ = 0;  // of it, not even handed to the transport
  std::uint64_t handed_ = 0;
  Waiter writer_;
  WaiterList written_;
  int write_holds_ = 0;
  bool encrypt_next_ = false;
  bool heard_ = false;  // in this tick
  bool hanging_up_ = false;
  bool held_back_ = false;  // what was read waits until answers have been taken
  absl::Status hang_up_reason_;
  std::size_t missing_ = 0;  // of the operation whose start is in input_
  DeadlineCallback handshake_timer_;
  DeadlineCallback tick_timer_;
  DeadlineCallback hang_up_timer_;
};

}  // namespace fairlead::route::direct
