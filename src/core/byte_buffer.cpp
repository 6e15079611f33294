#include "core/byte_buffer.hpp"

#include <algorithm>

namespace fairlead {

void ByteBuffer::make_room(std::size_t count) {
  const std::size_t held = size();
  // Bytes move to the front only when the tail is full, and only if that frees half the buffer:
  // otherwise a nearly full buffer would be moved again and again.
  if (held + count <= capacity_ && begin_ >= capacity_ / 2) {
    std::memmove(bytes_.get(), data(), held);
  } else {
    const std::size_t capacity = std::max(held + count, std::max<std::size_t>(capacity_ * 2, 4096));
    std::unique_ptr<char[]> bytes(new char[capacity]);
    if (held > 0) std::memcpy(bytes.get(), data(), held);
    bytes_ = std::move(bytes);
    capacity_ = capacity;
  }
  begin_ = 0;
  end_ = held;
}

}  // namespace fairlead
