#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <absl/container/flat_hash_map.h>
#include <absl/status/status.h>

#include "core/byte_buffer.hpp"
#include "core/loop_core.hpp"
#include "nats/request_mux.hpp"
#include "route/local_frames.hpp"
#include "rpc/method_server.hpp"
#include "rpc/reply_sink.hpp"
#include "rpc/route.hpp"
#include "rpc/stream_server.hpp"

namespace fairlead::route {

/// The services that are hosted on a loop, by subject, and the calls and streams to them that never
/// leave it. One for each loop: `loop.core().resource<LocalExchange>()`.
///
/// A call goes the same way as through the broker but for the broker: request and reply are copied,
/// so that caller and handler share no object, and limits, deadlines and metadata are the method
/// server's.
class LocalExchange final : public LoopResident, public rpc::ReplySink {
 public:
  explicit LocalExchange(LoopCore& loop);

  /// Calls to `subject` are served by `server` until leave(). The first to come keeps a subject.
  void host(const std::string& subject, rpc::MethodServer& server);
  /// The same for streams; their frames go through frames().
  void host(const std::string& subject, rpc::StreamServer& server);
  /// No calls come to `server` from now on. Those that it has are still answered.
  void leave(const rpc::CallServer& server);
  /// Ends the calls to `subject` that wait for an answer which will not come.
  void fail(std::string_view subject, const absl::Status& reason);

  /// Who serves `subject` here; null: nobody.
  rpc::MethodServer* find(std::string_view subject) const;
  rpc::StreamServer* find_stream(std::string_view subject) const;
  /// Changes whenever find() may give another answer, so that answers can be kept.
  std::uint64_t version() const { return version_; }

  Task<absl::Status> call(rpc::MethodServer& server, const rpc::OutgoingCall& call,
                          rpc::ReplyReader& reader);
  /// For requests that want no reply.
  void send(rpc::MethodServer& server, const rpc::OutgoingCall& call);
  /// As in rpc::StreamRoute.
  std::unique_ptr<rpc::Reception> open(rpc::StreamServer& server, const rpc::StreamRequest& request,
                                       rpc::FrameReceiver& receiver);

  /// Lives as long as the loop.
  LocalFrames& frames() { return *frames_; }

  void shut_down() override;

  // As the sink of replies.
  rpc::RouteKind route() const override { return rpc::RouteKind::kLocal; }
  // No broker limits what they hold.
  std::size_t max_reply_size() const override { return LocalFrames::kMaxSize; }
  absl::Status send(std::string_view peer, std::string_view header, std::size_t size,
                    absl::FunctionRef<void(char*)> write_payload) override;
  bool hand_over(std::string_view peer, std::string_view header,
                 const google::protobuf::Message& reply) override;

 private:
  class Reader;

  void serve(rpc::MethodServer& server, std::string_view peer, const rpc::OutgoingCall& call);

  LoopCore& loop_;
  absl::flat_hash_map<std::string, rpc::MethodServer*> servers_;
  absl::flat_hash_map<std::string, rpc::StreamServer*> streams_;
  std::uint64_t version_ = 1;
  nats::RequestMux requests_;
  const std::shared_ptr<LocalFrames> frames_;
  ByteBuffer reply_;
  const google::protobuf::Message* handed_over_ = nullptr;  // while its reader is being told
  int in_a_row_ = 0;
};

}  // namespace fairlead::route
