#include "fairlead/trace_context.hpp"

namespace fairlead {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

// The value of each digit, of others one that is too great. A table, for which digit comes next
// cannot be foreseen: branches would cost more than all the rest. Only lower case: the standard
// says so, and proxies compare bytes.
constexpr std::array<std::uint8_t, 256> kValues = [] {
  std::array<std::uint8_t, 256> values;
  values.fill(0xff);
  for (std::size_t i = 0; i < kDigits.size(); ++i) {
    values[static_cast<unsigned char>(kDigits[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}();

template <std::size_t kSize>
bool read(std::string_view text, std::array<std::uint8_t, kSize>& bytes) {
  unsigned all = 0;
  for (std::size_t i = 0; i < kSize; ++i) {
    const unsigned high = kValues[static_cast<unsigned char>(text[2 * i])];
    const unsigned low = kValues[static_cast<unsigned char>(text[2 * i + 1])];
    all |= high | low;
    bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return all < 16;
}

template <std::size_t kSize>
char* print(const std::array<std::uint8_t, kSize>& bytes, char* to) {
  for (const std::uint8_t byte : bytes) {
    *to++ = kDigits[byte >> 4];
    *to++ = kDigits[byte & 15];
  }
  return to;
}

}  // namespace

std::optional<TraceContext> TraceContext::parse(std::string_view text) {
  // 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
  if (text.size() < kTextSize || text[2] != '-' || text[35] != '-' || text[52] != '-') {
    return std::nullopt;
  }
  std::array<std::uint8_t, 1> version;
  std::array<std::uint8_t, 1> flags;
  TraceContext context;
  if (!read(text.substr(0, 2), version) || version[0] == 0xff ||
      !read(text.substr(3, 32), context.trace_id_) ||
      !read(text.substr(36, 16), context.span_id_) || !read(text.substr(53, 2), flags) ||
      !context.valid()) {
    return std::nullopt;
  }
  if (text.size() > kTextSize && (version[0] == 0 || text[kTextSize] != '-')) return std::nullopt;
  // The only flags that version 00 knows and lets pass: sampled, and that the id is random.
  context.flags_ = flags[0] & 3;
  return context;
}

std::string TraceContext::trace_id_text() const {
  std::string text(2 * trace_id_.size(), '0');
  print(trace_id_, text.data());
  return text;
}

std::string TraceContext::span_id_text() const {
  std::string text(2 * span_id_.size(), '0');
  print(span_id_, text.data());
  return text;
}

void TraceContext::write(char* to) const {
  *to++ = '0';
  *to++ = '0';
  *to++ = '-';
  to = print(trace_id_, to);
  *to++ = '-';
  to = print(span_id_, to);
  *to++ = '-';
  print(std::array<std::uint8_t, 1>{flags_}, to);
}

std::string TraceContext::text() const {
  std::string text(kTextSize, '0');
  write(text.data());
  return text;
}

}  // namespace fairlead
