#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "core/byte_buffer.hpp"

namespace fairlead::rpc {

/// The messages of a stream that wait for their reader, one behind the other in one buffer, so that
/// a message that comes costs no allocation.
class StreamInbox {
 public:
  bool empty() const { return bytes_.empty(); }

  void push(std::string_view payload) {
    const auto size = static_cast<std::uint32_t>(payload.size());
    char* const to = bytes_.prepare(sizeof(size) + payload.size());
    std::memcpy(to, &size, sizeof(size));
    if (size > 0) std::memcpy(to + sizeof(size), payload.data(), size);
    bytes_.commit(sizeof(size) + payload.size());
  }

  /// The oldest message. It holds until the next change.
  std::string_view front() const {
    std::uint32_t size = 0;
    std::memcpy(&size, bytes_.data(), sizeof(size));
    return bytes_.view().substr(sizeof(size), size);
  }

  void pop() {
    bytes_.consume(sizeof(std::uint32_t) + front().size());
    bytes_.shrink(kKeep);
  }

  void clear() {
    bytes_.clear();
    bytes_.shrink(0);
  }

 private:
  static constexpr std::size_t kKeep = 64 << 10;  // a buffer grown beyond it goes when empty

  ByteBuffer bytes_;
};

}  // namespace fairlead::rpc
