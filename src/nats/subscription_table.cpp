#include "nats/subscription_table.hpp"

#include <algorithm>
#include <utility>

#include "wire/writer.hpp"

namespace fairlead::nats {

std::shared_ptr<SubscriptionState> SubscriptionTable::add(
    std::string_view subject, const SubscribeOptions& options,
    std::function<void(const MessageView&)> callback) {
  auto subscription = std::make_shared<SubscriptionState>();
  subscription->id = next_++;
  subscription->subject = std::string(subject);
  subscription->queue_group = options.queue_group();
  subscription->callback = std::move(callback);
  subscription->pending_limit = options.pending_limit();
  subscription->pending_bytes_limit = options.pending_bytes_limit();
  subscriptions_.emplace(subscription->id, subscription);
  return subscription;
}

const std::shared_ptr<SubscriptionState>* SubscriptionTable::find(std::uint64_t id) const {
  const auto found = subscriptions_.find(id);
  return found == subscriptions_.end() ? nullptr : &found->second;
}

std::vector<std::shared_ptr<SubscriptionState>> SubscriptionTable::matching(
    std::string_view subject, std::string_view queue_group) const {
  auto found = all();
  std::erase_if(found, [&](const auto& subscription) {
    return subscription->subject != subject || subscription->queue_group != queue_group;
  });
  return found;
}

std::vector<std::shared_ptr<SubscriptionState>> SubscriptionTable::asking() const {
  auto found = all();
  std::erase_if(found, [](const auto& subscription) { return subscription->asked.empty(); });
  return found;
}

std::vector<std::shared_ptr<SubscriptionState>> SubscriptionTable::all() const {
  std::vector<std::shared_ptr<SubscriptionState>> all;
  all.reserve(subscriptions_.size());
  for (const auto& [id, subscription] : subscriptions_) all.push_back(subscription);
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a->id < b->id; });
  return all;
}

std::vector<std::shared_ptr<SubscriptionState>> SubscriptionTable::take_all() {
  auto all = this->all();
  subscriptions_.clear();
  return all;
}

void SubscriptionTable::restore(ByteBuffer& output, Which which, std::uint64_t end) {
  for (const auto& subscription : all()) {
    if (subscription->id >= end) break;
    const bool plain = subscription->queue_group.empty();
    if (subscription->unsubscribed || plain != (which == Which::kPlain)) continue;
    wire::append_subscribe(output, subscription->subject, subscription->queue_group,
                           subscription->id);
    // This server has sent nothing yet, and counts from nought.
    subscription->received_before = subscription->received;
    if (subscription->max == 0) continue;
    wire::append_unsubscribe(output, subscription->id, subscription->max - subscription->received);
  }
}

void SubscriptionTable::leave(ByteBuffer& output) const {
  for (const auto& subscription : all()) wire::append_unsubscribe(output, subscription->id);
}

}  // namespace fairlead::nats
