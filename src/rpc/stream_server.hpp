#pragma once

#include <deque>
#include <memory>

#include <absl/container/flat_hash_map.h>

#include "fairlead/stream_handler.hpp"

#include "rpc/call_server.hpp"
#include "rpc/server_stream.hpp"
#include "rpc/stream_table.hpp"

namespace fairlead::rpc {

/// Serves a streaming method: admission, deadline, a coroutine for each stream, the end,
/// statistics. Every stream ends with a status, whatever happens to it.
class StreamServer final : public CallServer {
 public:
  /// The handler of `options` is a StreamHandler, and `options.streams` is set.
  explicit StreamServer(MethodServerOptions options);
  /// Handlers that still run end later, unheard.
  ~StreamServer() override;

  void serve(const IncomingCall& incoming) override;
  std::size_t busy() const override { return streams_.size(); }
  void give_up(const absl::Status& status) override;
  bool cancel(std::string_view peer, const ReplySink* sink) override;
  void cancel_from(const ReplySink& sink) override;

  /// A stream has ended; its handler may still run.
  void on_ended(ServerStream& stream);
  /// A handler has returned.
  void on_returned(ServerStream& stream, absl::Status status);

 private:
  std::shared_ptr<ServerStream> open(const IncomingCall& incoming);
  void admit(ServerStream& stream, StreamWindow window, std::string_view payload);
  bool start(ServerStream& stream, std::string_view payload);
  void release(ServerStream& stream);
  void run_waiting();

  const std::shared_ptr<StreamHandler> handler_;
  absl::flat_hash_map<ServerStream*, std::shared_ptr<ServerStream>> streams_;  // that run or wait
  std::deque<std::shared_ptr<ServerStream>> waiting_;
  std::size_t freed_ = 0;  // slots that run_waiting() has to give on
  bool running_waiting_ = false;
};

}  // namespace fairlead::rpc
