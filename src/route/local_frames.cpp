#include "route/local_frames.hpp"

#include <cstdint>
#include <cstring>

#include <boost/asio/post.hpp>

#include "core/slot_token.hpp"
#include "core/strings.hpp"

namespace fairlead::route {
namespace {

// Who writes much lets the other side read once so much is on its way.
constexpr std::size_t kWritableBelow = 256 << 10;
constexpr std::size_t kKeepBuffer = 1 << 20;            // a buffer grown beyond it is given back
constexpr std::size_t kMaxSize = std::size_t{1} << 31;  // more than protobuf serialises

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

std::size_t LocalFrames::max_reply_size() const {
  return kMaxSize;
}

bool LocalFrames::is_writable() const {
  return sent_.size() < kWritableBelow;
}

Task<void> LocalFrames::written() {
  if (closed_ || sent_.empty()) co_return;  // nothing is on its way that could wake
  const bool woken = co_await written_.wait(loop_);
  static_cast<void>(woken);
}

absl::Status LocalFrames::send(std::string_view peer, std::string_view header, std::size_t size,
                               absl::FunctionRef<void(char*)> write_payload) {
  if (closed_) return absl::UnavailableError("the loop of the service has ended");
  if (sent_.empty()) {
    boost::asio::post(loop_.context(), [self = shared_from_this()] { self->deliver_all(); });
  }
  const Sizes sizes = {static_cast<std::uint32_t>(peer.size()),
                       static_cast<std::uint32_t>(header.size()), static_cast<std::uint32_t>(size)};
  sent_.append({reinterpret_cast<const char*>(&sizes), sizeof(sizes)});
  sent_.append(peer);
  sent_.append(header);
  write_payload(sent_.prepare(size));
  sent_.commit(size);
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
  written_.wake_all();
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
