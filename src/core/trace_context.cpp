#include "fairlead/trace_context.hpp"

#include "core/hex.hpp"

namespace fairlead {
namespace {

// A digit's value; of other characters one that is too great.
unsigned value_of(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a' + 10);
  return 256;
}

std::optional<std::uint8_t> read_byte(const char* digits) {
  const unsigned value = value_of(digits[0]) << 4 | value_of(digits[1]);
  if (value > 255) return std::nullopt;
  return static_cast<std::uint8_t>(value);
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
