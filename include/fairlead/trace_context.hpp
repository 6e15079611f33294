#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace fairlead {

/// Where in a distributed trace something happens: what the header `traceparent` of W3C Trace
/// Context says. A value type, free to copy; a default-made one belongs to no trace.
class TraceContext {
 public:
  using TraceId = std::array<std::uint8_t, 16>;
  using SpanId = std::array<std::uint8_t, 8>;
  /// How long the text of a `traceparent` is.
  static constexpr std::size_t kTextSize = 55;

  TraceContext() = default;
  TraceContext(const TraceId& trace_id, const SpanId& span_id, bool sampled)
      : trace_id_(trace_id), span_id_(span_id), flags_(sampled ? kSampled : 0) {}

  /// Reads a `traceparent`; nothing if it is malformed. Versions later than 00 are read as far as
  /// they are known, as the standard asks.
  static std::optional<TraceContext> parse(std::string_view text);

  /// Whether it belongs to a trace: neither id is all zeros.
  bool valid() const { return is_any(trace_id_) && is_any(span_id_); }

  const TraceId& trace_id() const { return trace_id_; }
  const SpanId& span_id() const { return span_id_; }

  /// Whether those before have decided to record the trace.
  bool sampled() const { return (flags_ & kSampled) != 0; }

  /// The ids as logs and other tools show them: lower-case hexadecimal digits.
  std::string trace_id_text() const;
  std::string span_id_text() const;

  /// Writes the `traceparent`, kTextSize characters, to `to`.
  void write(char* to) const;

  /// The `traceparent` as text.
  std::string text() const;

  friend bool operator==(const TraceContext&, const TraceContext&) = default;

 private:
  static constexpr std::uint8_t kSampled = 1;

  // Whether it is not all zeros. Word by word: a comparison of arrays is a call.
  template <std::size_t kSize>
  static bool is_any(const std::array<std::uint8_t, kSize>& id) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < kSize; i += sizeof(bits)) {
      std::uint64_t word = 0;
      std::memcpy(&word, id.data() + i, sizeof(word));
      bits |= word;
    }
    return bits != 0;
  }

  TraceId trace_id_ = {};
  SpanId span_id_ = {};
  std::uint8_t flags_ = 0;
};

}  // namespace fairlead
