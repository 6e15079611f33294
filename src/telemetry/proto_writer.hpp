#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

namespace fairlead::telemetry {

/// Writes a protobuf message field by field. For messages whose generated classes must not be in
/// this library: they would collide with those of OpenTelemetry's own library in the same program.
class ProtoWriter {
 public:
  void add_number(int field, std::uint64_t value) {
    add_tag(field, 0);
    add_varint(value);
  }
  void add_fixed32(int field, std::uint32_t value) {
    add_tag(field, 5);
    add_little_endian(value, 4);
  }
  void add_fixed64(int field, std::uint64_t value) {
    add_tag(field, 1);
    add_little_endian(value, 8);
  }
  void add_double(int field, double value) {
    add_fixed64(field, std::bit_cast<std::uint64_t>(value));
  }
  void add_bytes(int field, std::string_view value) {
    add_tag(field, 2);
    add_varint(value.size());
    bytes_ += value;
  }
  void add_message(int field, const ProtoWriter& message) { add_bytes(field, message.bytes_); }

  const std::string& bytes() const { return bytes_; }

 private:
  void add_tag(int field, int type) {
    add_varint(static_cast<std::uint64_t>(field) << 3 | static_cast<std::uint64_t>(type));
  }
  void add_varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(value | 0x80);
    bytes_ += static_cast<char>(value);
  }
  void add_little_endian(std::uint64_t value, int size) {
    for (int i = 0; i < size; ++i, value >>= 8) bytes_ += static_cast<char>(value);
  }

  std::string bytes_;
};

}  // namespace fairlead::telemetry
