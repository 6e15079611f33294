#pragma once

#include <memory>
#include <string>

#include <google/protobuf/message.h>

#include "fairlead/context.hpp"
#include "fairlead/middleware.hpp"
#include "fairlead/stream_handler.hpp"

#include "core/deadline_callback.hpp"
#include "core/served_call.hpp"
#include "core/slot_token.hpp"
#include "rpc/middleware_resolution.hpp"
#include "rpc/stream_core.hpp"

namespace fairlead::rpc {

class StreamServer;

/// One stream on the side of the service: its context, its deadline and its handler's coroutine.
class ServerStream final : public StreamCore {
 public:
  ServerStream(StreamServer& server, std::shared_ptr<StreamHandler> handler, Loop& loop,
               FrameSink& sink);

  /// Tells the caller where its frames go, and watches from now on whether it lives. One that has
  /// to wait for a slot takes no messages yet.
  void accept(StreamWindow callers_window, std::string subject, bool has_slot);
  /// Runs the handler; the stream has a slot.
  static Task<void> run(std::shared_ptr<ServerStream> self);

  /// Takes the request in: that of a server stream, or the first message of another. Not OK if it
  /// cannot be read.
  absl::Status take_request(std::string_view payload);
  void set_peer(std::string_view peer) { peer_ = peer; }
  void set_encoding(Encoding encoding) { encoding_ = encoding; }
  void set_deadline(Deadline deadline);

  /// Ends it with `status`: refused, given up, or returned by the handler.
  void end(const absl::Status& status) { perform(state_.finish(status)); }
  /// It ends with `status`, for its link has; a handler that still runs finds `other` in its place.
  void lose_link(const absl::Status& status, FrameSink& other) {
    drop(status);
    sink_ = &other;
  }
  /// The caller has given it up.
  void on_cancel() { perform(state_.on_cancel()); }
  /// Its handler, if there is one, has returned.
  void end_span();
  bool ended() const { return state_.ended(); }
  /// The way that it came.
  RouteKind route() const { return sink_->route(); }
  const absl::Status& outcome() const { return state_.status(); }

  StreamServer* server;  // null once it is gone
  const std::shared_ptr<ServedCall> served = std::make_shared<ServedCall>();
  Context context;  // its span ends before the tracer that `served` holds
  SlotToken token;
  Deadline::TimePoint arrived;
  std::string payload;  // of one that waits for a slot
  bool running = false;
  bool handler_ran = true;  // false where a middleware has ended the stream itself
  std::string exception;    // the text of what the handler threw, empty if nothing

 private:
  /// The stream meets the middlewares, and the handler if they let it.
  Task<absl::Status> pass(std::shared_ptr<const MethodMiddlewares> middlewares);

  void add_window_headers(wire::HeaderWriter& headers) override;
  void add_end_headers(wire::HeaderWriter& headers) override;
  void on_ended() override;

  std::shared_ptr<StreamHandler> handler_;
  std::unique_ptr<google::protobuf::Message> request_;
  std::string subject_;
  DeadlineCallback deadline_;
};

}  // namespace fairlead::rpc
