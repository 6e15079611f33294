#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <absl/container/flat_hash_map.h>

#include "core/byte_buffer.hpp"
#include "core/loop_core.hpp"
#include "core/waiter_list.hpp"
#include "nats/request_mux.hpp"
#include "rpc/stream_route.hpp"
#include "rpc/stream_table.hpp"

namespace fairlead::route {

/// Carries the frames of streams whose two sides are on one loop, both ways.
///
/// What is sent comes to the other side in a later turn of the loop, in the order in which it was
/// sent: neither side is entered while the other is at work, and both leave the loop its turns.
class LocalFrames final : public rpc::FrameSink, public std::enable_shared_from_this<LocalFrames> {
 public:
  /// The most that protobuf serialises.
  static constexpr std::size_t kMaxSize = (std::size_t{1} << 31) - 1;

  /// Callers wait in `callers`. Both are used until close().
  LocalFrames(LoopCore& loop, nats::RequestMux& callers) : loop_(loop), callers_(callers) {}

  /// Frames for the streams of `table` come to it until leave().
  void host(rpc::StreamTable& table);
  /// Its streams have ended. Frames that are on their way to it are dropped.
  void leave(const rpc::StreamTable& table);

  /// The loop ends: nothing is carried any more.
  void close();

  rpc::RouteKind route() const override { return rpc::RouteKind::kLocal; }
  // No broker limits what they hold.
  std::size_t max_reply_size() const override { return kMaxSize; }
  absl::Status send(std::string_view peer, std::string_view header, std::size_t size,
                    absl::FunctionRef<void(char*)> write_payload) override;
  bool is_writable() const override;
  Task<void> written(Waiter& waiter) override;

 private:
  void deliver_all();
  void deliver(std::string_view peer, std::string_view header, std::string_view payload);

  LoopCore& loop_;
  nats::RequestMux& callers_;
  absl::flat_hash_map<std::string, rpc::StreamTable*> tables_;  // by prefix
  ByteBuffer sent_;
  ByteBuffer delivering_;
  WaiterList written_;
  bool waking_ = false;  // those who wait have their turn
  bool closed_ = false;
};

}  // namespace fairlead::route
