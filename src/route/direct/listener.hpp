#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <absl/container/flat_hash_set.h>
#include <absl/status/statusor.h>

#include "fairlead/logger.hpp"
#include "fairlead/loop.hpp"
#include "fairlead/task_scope.hpp"

#include "core/loop_core.hpp"
#include "core/waiter_list.hpp"
#include "nats/tls_identity.hpp"
#include "route/direct/address.hpp"
#include "route/direct/listener_counts.hpp"
#include "route/direct/refusal.hpp"
#include "route/direct/ticket.hpp"
#include "route/direct/ticket_office.hpp"

namespace fairlead::route::direct {

class Door;
class InboundLink;

/// Where callers come in that have tickets: one for each server, and so for each loop. It owns the
/// links, and lives on its loop until close().
class Listener final : public LoopResident, public std::enable_shared_from_this<Listener> {
 public:
  /// Links that may stand, and connections among them that have shown no ticket yet.
  static constexpr std::size_t kMostLinks = 10'000;
  static constexpr std::size_t kMostEntering = 256;

  /// How long callers that have been told to leave may still call: those that heard of it late.
  static constexpr std::chrono::seconds kGoodbyeTime{2};

  /// Listens at `addresses`. `max_payload` is the largest message that is taken. UNAVAILABLE names
  /// the address that cannot be listened at, and why.
  static absl::StatusOr<std::shared_ptr<Listener>> open(Loop& loop,
                                                        const std::vector<ListenAddress>& addresses,
                                                        std::size_t max_payload, Logger logger);
  /// Not for use: open() makes listeners.
  Listener(Loop& loop, nats::TlsIdentity identity, std::size_t max_payload, Logger logger);
  ~Listener() override;

  /// Where it can be reached, as to_string(Address) writes it.
  const std::vector<std::string>& addresses() const { return addresses_; }
  std::size_t max_payload() const { return max_payload_; }
  const nats::TlsIdentity& identity() const { return identity_; }

  /// Takes callers from now on.
  void start();
  /// Takes no more callers, and tells those that are here to go elsewhere.
  void say_goodbye();
  /// Who calls now has not heeded the goodbye, and must not keep the service from stopping.
  bool turns_calls_away() const { return leaving_ && last_calls_.passed(); }
  /// Waits until the callers have gone; false if they have not by `deadline`.
  Task<bool> empty(Deadline deadline);
  /// Waits until what was to be written has been, or `deadline`.
  Task<void> flush(Deadline deadline);
  /// Ends all links at once.
  void close();
  void shut_down() override { close(); }
  bool is_closed() const { return closed_; }

  /// A ticket for `host`; its instance is left to it.
  Ticket issue(Host& host);
  std::variant<TicketOffice::Entry, Refusal> redeem(std::string_view token, bool encrypted);
  void forget(const Host& host) { office_.forget(host); }

  void on_entered(InboundLink& link);
  void on_ended(InboundLink& link);
  void count(Refusal refusal);
  const ListenerCounts& counts() const { return counts_; }

 private:
  absl::Status listen(const ListenAddress& address);
  void announce(Address at);
  Task<void> run();
  Task<void> accept(Door& door, TaskScope& scope);

  Loop& loop_;
  const nats::TlsIdentity identity_;
  const std::size_t max_payload_;
  const Logger logger_;
  TicketOffice office_;
  std::vector<std::unique_ptr<Door>> doors_;
  std::vector<std::string> addresses_;
  absl::flat_hash_set<InboundLink*> links_;
  std::size_t entering_ = 0;
  ListenerCounts counts_;
  WaiterList changed_;  // a link has ended
  bool leaving_ = false;
  Deadline last_calls_;  // while it is leaving
  bool closed_ = false;
};

}  // namespace fairlead::route::direct
