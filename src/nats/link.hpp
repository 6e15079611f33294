#pragma once

#include <deque>
#include <memory>
#include <string>

#include <absl/status/status.h>

#include "fairlead/nats/connection.hpp"

#include "core/byte_buffer.hpp"
#include "core/loop_core.hpp"
#include "core/waiter.hpp"
#include "nats/session.hpp"
#include "nats/transport.hpp"
#include "nats/write_turn.hpp"
#include "wire/operation.hpp"
#include "wire/parser.hpp"

namespace fairlead::nats {

class Link;

/// Who is told what a link receives. Called while the link handles its input; writing and closing
/// are allowed meanwhile.
class LinkOwner {
 public:
  virtual void on_message(const wire::Operation& message) = 0;
  virtual void on_link_open(Link& link) = 0;
  virtual void on_link_info(Link& link) = 0;
  virtual void on_link_error(Link& link, const ServerError& error) = 0;
  virtual void on_link_written(Link& link) = 0;

 protected:
  ~LinkOwner() = default;
};

/// One connection to one server, from the name lookup to the end: drives a Session over a
/// Transport, and is the data path.
///
/// Reading takes what the socket has, up to 64 KiB and more, and handles every whole message in it
/// before reading again. Writing starts at once when nothing is being written, and otherwise
/// gathers. While messages are handled it waits, so that their answers leave in few writes, but the
/// first does not wait for all of them: the server works on some while the others are made.
class Link {
 public:
  /// All that is referred to outlives run().
  Link(Loop& loop, LinkOwner& owner, ServerAddress server, const ConnectOptions& options,
       Statistics& statistics);
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  /// Connects, then reads and writes until the connection ends. Called once.
  Task<void> run();
  /// Ends it at once.
  void close() { perform(session_.on_close()); }

  bool is_open() const { return session_.state() == Session::State::kOpen; }
  bool is_closed() const { return session_.state() == Session::State::kClosed; }
  /// Why it ended; OK after close().
  const absl::Status& reason() const { return reason_; }
  /// It ended because the server did not, or no longer, accept the credentials.
  bool refused() const { return refused_; }

  const ServerAddress& server() const { return server_; }
  const ServerInfo& info() const { return session_.info(); }

  /// Where to append what is to be written; wake_writer() afterwards.
  ByteBuffer& output() { return output_; }
  /// Bytes that wait or are being written.
  std::size_t unwritten() const { return output_.size() + sending_.size(); }
  void wake_writer() {
    if (may_write()) writer_.wake();
  }

  /// Waits for the PONG behind everything written so far. UNAVAILABLE if the connection ends
  /// before, DEADLINE_EXCEEDED.
  Task<absl::Status> flush(Deadline deadline);

 private:
  class FlushWaiter;
  class Turn;
  class Timer final : public DeadlineNode {
   public:
    Timer(Link& link, void (Link::*action)()) : link_(link), action_(action) {}
    void on_deadline() override { (link_.*action_)(); }

   private:
    Link& link_;
    void (Link::*action_)();
  };

  Task<void> read_and_write();
  Task<void> read_loop();
  Task<void> write_loop();
  bool may_write() const { return turn_.may_write(output_.size()); }
  Task<void> encrypt();
  void handle_input();
  void handle(const wire::Operation& operation);
  void perform(const Session::Actions& actions);
  void perform(const Action& action);
  void send_connect();
  void on_flushed();
  FlushWaiter* take_flush();
  void end_flushes();
  void on_closed(const absl::Status& reason);
  void on_ping_timer();
  void on_connect_timer() { perform(session_.on_connect_timeout()); }
  void on_last_words_timer() { perform(session_.on_lost(write_error_)); }

  Loop& loop_;
  LinkOwner& owner_;
  const ServerAddress server_;
  const ConnectOptions& options_;
  Statistics& statistics_;

  Session session_;
  Deadline connect_deadline_;
  ConnectAbort connect_abort_;
  std::unique_ptr<Transport> transport_;
  wire::ParseLimits limits_;
  ByteBuffer input_;
  ByteBuffer output_;   // what waits
  ByteBuffer sending_;  // what is being written
  Waiter writer_;
  WriteTurn turn_;
  bool encrypt_next_ = false;
  absl::Status write_error_;
  std::size_t missing_ = 0;           // of the operation whose start is in input_
  std::deque<FlushWaiter*> flushes_;  // null: given up meanwhile
  std::uint64_t flushes_ended_ = 0;   // those that have left the queue
  Timer ping_timer_{*this, &Link::on_ping_timer};
  Timer connect_timer_{*this, &Link::on_connect_timer};
  Timer last_words_timer_{*this, &Link::on_last_words_timer};
  absl::Status reason_;
  bool refused_ = false;
};

}  // namespace fairlead::nats
