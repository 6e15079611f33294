#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace fairlead {

/// Bytes that are appended at the end and consumed at the front: the buffer between a socket and
/// a protocol. Unlike std::string it hands out uninitialised space to be written in place.
class ByteBuffer {
 public:
  std::size_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }
  const char* data() const { return bytes_.get() + begin_; }
  std::string_view view() const { return {data(), size()}; }
  std::size_t capacity() const { return capacity_; }

  /// Makes room for `count` bytes behind the end and returns where they go. The pointer holds
  /// until the next call that makes room; commit() says how many bytes were written.
  char* prepare(std::size_t count) {
    if (capacity_ - end_ < count) make_room(count);
    return bytes_.get() + end_;
  }
  void commit(std::size_t count) { end_ += count; }

  void append(std::string_view bytes) {
    if (bytes.empty()) return;  // there may be no memory yet to copy nothing to
    std::memcpy(prepare(bytes.size()), bytes.data(), bytes.size());
    commit(bytes.size());
  }

  /// Drops `count` bytes at the front.
  void consume(std::size_t count) {
    begin_ += count;
    if (begin_ == end_) begin_ = end_ = 0;
  }

  void clear() { begin_ = end_ = 0; }

  /// How many bytes fit behind the end without moving anything.
  std::size_t space() const { return capacity_ - end_; }

  /// Gives the memory back if it has grown beyond `keep` and is empty.
  void shrink(std::size_t keep) {
    if (!empty() || capacity_ <= keep) return;
    bytes_.reset();
    capacity_ = begin_ = end_ = 0;
  }

  friend void swap(ByteBuffer& a, ByteBuffer& b) noexcept {
    std::swap(a.bytes_, b.bytes_);
    std::swap(a.capacity_, b.capacity_);
    std::swap(a.begin_, b.begin_);
    std::swap(a.end_, b.end_);
  }

 private:
  void make_room(std::size_t count);

  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace fairlead
