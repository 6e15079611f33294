#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "fairlead/loop.hpp"
#include "fairlead/nats/connection.hpp"

namespace fairlead {

namespace rpc {
class Interposition;
}

/// What clients and servers are made on: a NATS connection, or a loop alone, which knows no
/// services but its own. Cheap to copy. Used on its loop.
///
/// Without NATS a whole application can run in one process, and so can tests: the services that a
/// Server hosts on a loop are called by the clients of the same loop.
class Channel {
 public:
  /// Through NATS; services of the same loop are called without a detour.
  Channel(nats::Connection connection)  // NOLINT: a connection is a channel
      : loop_(&connection.loop()), connection_(std::move(connection)) {}
  /// Only to services of the same loop. The loop outlives the channel.
  explicit Channel(Loop& loop) : loop_(&loop) {}

  Loop& loop() const { return *loop_; }
  /// The NATS connection; nothing if there is none.
  const std::optional<nats::Connection>& connection() const { return connection_; }

  /// The same with something between clients and what they call: see fairlead::testing::Faults. Not
  /// for programs.
  Channel interposed(std::shared_ptr<rpc::Interposition> interposition) const {
    Channel channel = *this;
    channel.interposition_ = std::move(interposition);
    return channel;
  }
  /// Null: nothing.
  const std::shared_ptr<rpc::Interposition>& interposition() const { return interposition_; }

 private:
  Loop* loop_;
  std::optional<nats::Connection> connection_;
  std::shared_ptr<rpc::Interposition> interposition_;
};

}  // namespace fairlead
