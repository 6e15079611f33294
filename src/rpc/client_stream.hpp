#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "fairlead/cancellation.hpp"
#include "fairlead/description.hpp"
#include "fairlead/metadata.hpp"
#include "fairlead/span.hpp"
#include "fairlead/trace_context.hpp"
#include "fairlead/tracer.hpp"

#include "core/cancel_list.hpp"
#include "rpc/client_stats.hpp"
#include "rpc/stream_core.hpp"
#include "rpc/stream_route.hpp"

namespace fairlead::rpc {

/// What a caller opens a stream with. All that it points to but `reply_metadata` is used at once.
struct StreamCall {
  absl::Status fault;        // why it is not opened, and ends with this
  std::string_view subject;  // lives as long as the stream's owner
  MethodKind kind = MethodKind::kServerStream;
  const google::protobuf::Message* request = nullptr;  // of a server stream
  std::optional<std::chrono::nanoseconds> timeout;
  const Metadata* metadata = nullptr;
  TraceContext trace;  // not valid: none is sent
  std::string_view trace_state;
  std::shared_ptr<Tracer> tracer;        // who records it; may be null
  Span span;                             // of the stream
  CancelList* made = nullptr;            // by the call on whose behalf it is opened; may be null
  Cancellation* cancellation = nullptr;  // likewise
  std::shared_ptr<ClientMethodStats> stats;
  Metadata* reply_metadata = nullptr;  // may be null; lives until the stream has ended
};

/// One stream on the side of the caller.
class ClientStream final : public StreamCore, private FrameReceiver {
 public:
  /// `owner` keeps the route and the subject alive.
  ClientStream(std::shared_ptr<const void> owner, Loop& loop, StreamRoute& route);

  /// Opens it; once, before anything else. If that fails the stream has ended.
  void open(StreamCall call);

 private:
  void on_frame(std::string_view header, std::string_view payload) override;
  void on_deadline() override;
  void on_failed(const absl::Status& reason) override;

  void on_met() override;
  void on_end_header(std::string_view header) override;
  void on_ended() override;
  void note_route(RouteKind route);
  void cancel_late(std::string_view header);

  /// Ends the stream with another call, or when the program says so.
  class Canceller final : public CancelNode {
   public:
    explicit Canceller(ClientStream& stream) : stream_(stream) {}
    void on_cancel() override { stream_.cancel(); }

   private:
    ClientStream& stream_;
  };
  void leave();

  const std::shared_ptr<const void> owner_;
  StreamRoute& route_;
  Metadata* reply_metadata_ = nullptr;
  std::shared_ptr<ClientMethodStats> stats_;
  std::optional<MeasuredCall> measured_;  // while it has not ended
  std::shared_ptr<Tracer> tracer_;        // outlives the span; the call that it serves may not
  Span span_;
  std::shared_ptr<FrameSink> way_;  // where frames go, once that is known
  std::unique_ptr<Reception> reception_;
  // One that was cancelled before its instance had answered waits for that, to tell it.
  std::shared_ptr<StreamCore> itself_;
  DeadlineCallback patience_;
  Canceller by_call_{*this};
  Canceller by_program_{*this};
};

}  // namespace fairlead::rpc
