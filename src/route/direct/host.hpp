#pragma once

#include <string>
#include <vector>

#include <absl/container/flat_hash_map.h>
#include <absl/status/status.h>

#include "fairlead/nats/connection.hpp"

#include "route/direct/refusal.hpp"
#include "rpc/call_server.hpp"
#include "rpc/stream_table.hpp"
#include "wire/operation.hpp"

namespace fairlead::route::direct {

class InboundLink;
class Listener;

/// One instance of a service behind a listener: gives out tickets over NATS, and brings what comes
/// over the links that they let in to the servers of its methods, and to nobody else.
class Host {
 public:
  /// `control` is what its control subjects start with, `calc.Calc._.`. The listener outlives it.
  Host(nats::Connection connection, std::string control, std::string instance, Listener& listener);
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  /// Calls to `subject` are served by `server`, which outlives this object.
  void host(const std::string& subject, rpc::CallServer& server);

  /// Brings the frames of streams to `streams`, which outlives this object.
  void host_streams(rpc::StreamTable& streams) { streams_ = &streams; }

  /// Answers who asks for instances and tickets, until leave().
  absl::Status start();
  void leave();

  /// A message that came over a link.
  void serve(InboundLink& link, const wire::Operation& message);
  /// The link has ended: nobody waits for the answers to its calls.
  void forget(const InboundLink& link);

 private:
  std::string ticket();
  void refuse(InboundLink& link, const wire::Operation& message, Refusal refusal);

  nats::Connection connection_;
  const std::string control_;
  const std::string cancel_subject_;
  const std::string instance_;
  Listener& listener_;
  absl::flat_hash_map<std::string, rpc::CallServer*> servers_;
  rpc::StreamTable* streams_ = nullptr;  // null: there are none
  std::vector<nats::Subscription> subscriptions_;
};

}  // namespace fairlead::route::direct
