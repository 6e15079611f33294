#include "fairlead/trace_context.hpp"

#include "core/hex.hpp"

namespace fairlead {
namespace {

std::optional<std::uint8_t> read_byte(const char* digits) {
  const std::uint64_t padding = ('0' * hex::kEach) << 16;
  const auto first = static_cast<unsigned char>(digits[0]);
  const auto second = static_cast<unsigned char>(digits[1]);
  std::uint64_t valid = 0x80 * hex::kEach;
  const std::uint32_t bytes = hex::decode(padding | (second << 8) | first, valid);
  if (valid != 0x80 * hex::kEach) return std::nullopt;
  return static_cast<std::uint8_t>(bytes);
}

}  // namespace

std::optional<TraceContext> TraceContext::parse(std::string_view text) {
  // 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
  if (text.size() < kTextSize || text[2] != '-' || text[35] != '-' || text[52] != '-') {
    return std::nullopt;
  }
  const std::optional<std::uint8_t> version = read_byte(text.data());
  const std::optional<std::uint8_t> flags = read_byte(text.data() + 53);
  TraceContext context;
  if (!version || !flags || !read_hex(text.data() + 3, context.trace_id_) ||
      !read_hex(text.data() + 36, context.span_id_) || !context.valid()) {
    return std::nullopt;
  }
  if (*version == 0xff) return std::nullopt;
  if (text.size() > kTextSize && (*version == 0 || text[kTextSize] != '-')) return std::nullopt;
  // The only flags that version 00 knows and lets pass: sampled, and that the id is random.
  context.flags_ = *flags & 3;
  return context;
}

std::string TraceContext::trace_id_text() const {
  std::string text(2 * trace_id_.size(), '0');
  write_hex(trace_id_, text.data());
  return text;
}

std::string TraceContext::span_id_text() const {
  std::string text(2 * span_id_.size(), '0');
  write_hex(span_id_, text.data());
  return text;
}

void TraceContext::write(char* to) const {
  *to++ = '0';
  *to++ = '0';
  *to++ = '-';
  to = write_hex(trace_id_, to);
  *to++ = '-';
  to = write_hex(span_id_, to);
  *to++ = '-';
  *to++ = '0';
  *to = static_cast<char>('0' + flags_);  // no flag that is known makes it a letter
}

std::string TraceContext::text() const {
  std::string text(kTextSize, '0');
  write(text.data());
  return text;
}

}  // namespace fairlead
