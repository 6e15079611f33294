#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "fairlead/nats/subscription.hpp"

#include "core/byte_buffer.hpp"
#include "nats/subscription_state.hpp"

namespace fairlead::nats {

/// The subscriptions of a connection, by the number under which the server knows them.
class SubscriptionTable {
 public:
  /// The number of the subscription to which all replies come; it is not in the table.
  static constexpr std::uint64_t kInbox = 1;

  enum class Which { kQueueGroups, kPlain };

  std::shared_ptr<SubscriptionState> add(std::string_view subject, const SubscribeOptions& options,
                                         std::function<void(const MessageView&)> callback);
  /// Null if there is none of that number (any more).
  const std::shared_ptr<SubscriptionState>* find(std::uint64_t id) const;
  void remove(const SubscriptionState& subscription) { subscriptions_.erase(subscription.id); }
  /// Those with this subject and queue group.
  std::vector<std::shared_ptr<SubscriptionState>> matching(std::string_view subject,
                                                           std::string_view queue_group) const;
  /// Those that wait for the replies to a request.
  std::vector<std::shared_ptr<SubscriptionState>> asking() const;
  /// All, in the order in which they were made.
  std::vector<std::shared_ptr<SubscriptionState>> all() const;
  std::vector<std::shared_ptr<SubscriptionState>> take_all();
  /// The number of the one that is made next.
  std::uint64_t next() const { return next_; }

  /// Appends what makes another server know them: SUB, and UNSUB with what is left of a maximum.
  /// Those that are being drained are left out, and those from the number `end` on.
  void restore(ByteBuffer& output, Which which, std::uint64_t end);
  /// Appends UNSUB for all.
  void leave(ByteBuffer& output) const;

 private:
  absl::flat_hash_map<std::uint64_t, std::shared_ptr<SubscriptionState>> subscriptions_;
  std::uint64_t next_ = kInbox + 1;
};

}  // namespace fairlead::nats
