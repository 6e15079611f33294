#include "rpc/wire_check.hpp"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include "core/strings.hpp"

namespace fairlead::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

constexpr int kMaxDepth = 100;  // protobuf's own limit

std::string place(std::size_t offset, const FieldDescriptor* field, int number) {
  if (field) return concat("at byte ", offset, ", in field ", number, " (", field->name(), "): ");
  if (number > 0) return concat("at byte ", offset, ", in field ", number, ": ");
  return concat("at byte ", offset, ": ");
}

bool skip_scalar(CodedInputStream& input, WireFormatLite::WireType type) {
  std::uint64_t varint = 0;
  std::uint32_t fixed32 = 0;
  switch (type) {
    case WireFormatLite::WIRETYPE_VARINT:
      return input.ReadVarint64(&varint);
    case WireFormatLite::WIRETYPE_FIXED64:
      return input.ReadLittleEndian64(&varint);
    case WireFormatLite::WIRETYPE_FIXED32:
      return input.ReadLittleEndian32(&fixed32);
    default:
      return true;
  }
}

// The first error in `bytes`, which start at `base` of the whole; empty if there is none.
std::string check(std::string_view bytes, std::size_t base, const Descriptor& type, int depth) {
  if (depth > kMaxDepth) return place(base, nullptr, 0) + "messages are nested too deeply";
  CodedInputStream input(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                         static_cast<int>(bytes.size()));
  while (static_cast<std::size_t>(input.CurrentPosition()) < bytes.size()) {
    const auto start = static_cast<std::size_t>(input.CurrentPosition());
    const std::uint32_t tag = input.ReadTag();
    const int number = WireFormatLite::GetTagFieldNumber(tag);
    const auto wire_type = WireFormatLite::GetTagWireType(tag);
    if (number == 0) return place(base + start, nullptr, 0) + "this is not the start of a field";
    const FieldDescriptor* const field = type.FindFieldByNumber(number);
    const std::string here = place(base + start, field, number);
    if (wire_type > WireFormatLite::WIRETYPE_FIXED32) {
      return concat(here, "the wire type ", static_cast<int>(wire_type), " does not exist");
    }
    if (wire_type == WireFormatLite::WIRETYPE_END_GROUP)
      return here + "a group ends that never began";
    if (!skip_scalar(input, wire_type)) return here + "the message ends in the middle of a number";
    if (wire_type != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) continue;

    std::uint32_t length = 0;
    if (!input.ReadVarint32(&length)) return here + "the message ends in the middle of a length";
    const auto from = static_cast<std::size_t>(input.CurrentPosition());
    if (length > bytes.size() - from) {
      return concat(here, "it should have ", length, " bytes, but ", bytes.size() - from,
                    " are left");
    }
    const std::string_view value = bytes.substr(from, length);
    input.Skip(static_cast<int>(length));
    if (!field) continue;
    if (field->type() == FieldDescriptor::TYPE_MESSAGE) {
      std::string inner = check(value, base + from, *field->message_type(), depth + 1);
      if (!inner.empty()) return inner;
    } else if (field->type() == FieldDescriptor::TYPE_STRING && !is_utf8(value)) {
      return here + "the text is not UTF-8";
    }
  }
  return "";
}

}  // namespace

std::string find_wire_error(std::string_view bytes, const google::protobuf::Descriptor& type) {
  std::string error = check(bytes, 0, type, 0);
  if (error.empty()) return concat("protobuf cannot read these ", bytes.size(), " bytes");
  return error;
}

}  // namespace fairlead::rpc
