#include "route/local_frames.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include <boost/asio/post.hpp>

#include "core/slot_token.hpp"
#include "core/strings.hpp"

namespace fairlead::route {
namespace {

// Who writes much lets the other side read once so much is on its way.
constexpr std::size_t kWritableBelow = 256 << 10;
constexpr std::size_t kKeepBuffer = 1 << 20;  // a buffer grown beyond it is given back

// What stands before the bytes of a frame.
struct Sizes {
  std::uint32_t peer;
  std::uint32_t header;
  std::uint32_t payload;
};

}  // namespace

void LocalFrames::host(rpc::StreamTable& table) {
  tables_.emplace(table.prefix(), &table);
}

void LocalFrames::leave(const rpc::StreamTable& table) {
  tables_.erase(table.prefix());
}

void LocalFrames::close() {
  closed_ = true;
  tables_.clear();
  sent_.clear();
  written_.wake_all();
}

// Whoever comes while others wait waits behind them: else a quick stream would keep out the rest.
bool LocalFrames::is_writable() const {
  return closed_ || (sent_.size() < kWritableBelow && (waking_ || written_.empty()));
}

Task<void> LocalFrames::written(Waiter& waiter) {
  // Without a frame on its way nothing would wake.
  if (closed_ || (sent_.empty() && delivering_.empty())) co_return;
  co_await written_.wait(waiter);
}

absl::Status LocalFrames::send(std::string_view peer, std::string_view header, std::size_t size,
                               absl::FunctionRef<void(char*)> write_payload) {
  if (closed_) return absl::UnavailableError("the loop of the service has ended");
  if (sent_.empty()) {
    boost::asio::post(loop_.context(), [self = shared_from_this()] { self->deliver_all(); });
  }
  const Sizes sizes = {static_cast<std::uint32_t>(peer.size()),
                       static_cast<std::uint32_t>(header.size()), static_cast<std::uint32_t>(size)};
  // All at once: no memory for it is no half of it.
  const std::size_t before = sizeof(sizes) + peer.size() + header.size();
  char* to = sent_.prepare(before + size);
  std::memcpy(to, &sizes, sizeof(sizes));
  to += sizeof(sizes);
  to = std::copy(peer.begin(), peer.end(), to);
  write_payload(std::copy(header.begin(), header.end(), to));
  sent_.commit(before + size);
  return absl::OkStatus();
}

// What is sent meanwhile waits for the next turn.
void LocalFrames::deliver_all() {
  swap(sent_, delivering_);
  while (!delivering_.empty() && !closed_) {
    Sizes sizes;
    std::memcpy(&sizes, delivering_.data(), sizeof(sizes));
    const std::string_view frame = delivering_.view().substr(sizeof(sizes));
    deliver(frame.substr(0, sizes.peer), frame.substr(sizes.peer, sizes.header),
            frame.substr(sizes.peer + sizes.header, sizes.payload));
    delivering_.consume(sizeof(sizes) + sizes.peer + sizes.header + sizes.payload);
  }
  delivering_.clear();
  delivering_.shrink(kKeepBuffer);
  waking_ = true;
  while (sent_.size() < kWritableBelow && written_.wake_one()) continue;
  waking_ = false;
}

// The stream may have ended meanwhile; then nobody wants the frame.
void LocalFrames::deliver(std::string_view peer, std::string_view header,
                          std::string_view payload) {
  const std::string_view prefix = peer.substr(0, peer.size() - SlotToken::kSize);
  if (const auto table = tables_.find(to_absl(prefix)); table != tables_.end()) {
    table->second->deliver(peer, header, payload, *this);
    return;
  }
  nats::MessageView frame;
  frame.subject = peer;
  frame.header = header;
  frame.payload = payload;
  callers_.deliver(frame);
}

}  // namespace fairlead::route
