#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "fairlead/trace_context.hpp"

namespace fairlead {

struct SpanData;
class Tracer;

/// A named value of a span or an event: text, a truth value or a number. Not for secrets: it goes
/// to whoever keeps the traces.
class SpanAttribute {
 public:
  using Value = std::variant<std::string, bool, std::int64_t, double>;

  SpanAttribute(std::string_view key, std::string_view value)
      : key_(key), value_(std::string(value)) {}
  SpanAttribute(std::string_view key, const std::string& value) : key_(key), value_(value) {}
  SpanAttribute(std::string_view key, const char* value) : key_(key), value_(std::string(value)) {}
  SpanAttribute(std::string_view key, bool value) : key_(key), value_(value) {}
  SpanAttribute(std::string_view key, std::integral auto value)
      : key_(key), value_(static_cast<std::int64_t>(value)) {}
  SpanAttribute(std::string_view key, std::floating_point auto value)
      : key_(key), value_(static_cast<double>(value)) {}

  const std::string& key() const { return key_; }
  const Value& value() const { return value_; }

 private:
  std::string key_;
  Value value_;
};

/// What a span stands for, as OpenTelemetry numbers it.
enum class SpanKind { kInternal = 1, kServer = 2, kClient = 3 };

/// A step on the way of a trace, from its start to end(). If nobody records the trace all functions
/// do nothing and cost next to nothing.
///
/// Each span may have up to 128 attributes, events and links (OpenTelemetry's defaults); more are
/// counted and dropped. Used by one thread at a time.
class Span {
 public:
  /// A span that records nothing and belongs to no trace.
  Span() = default;
  Span(Span&&) noexcept = default;
  Span& operator=(Span&& other) noexcept {
    if (this == &other) return *this;
    end();
    context_ = other.context_;
    data_ = std::move(other.data_);
    return *this;
  }
  /// Ends it.
  ~Span() { end(); }

  /// Whether it is recorded: what is expensive to find out is found out only then.
  bool recording() const { return data_ != nullptr; }

  /// Its place in the trace; not valid if it belongs to none.
  const TraceContext& context() const { return context_; }

  /// What other makers of tracers have written beside it (`tracestate`); mostly empty. Until it
  /// ends.
  std::string_view trace_state() const;

  /// Sets an attribute; one of the same key is replaced.
  void set_attribute(const SpanAttribute& attribute);
  void set_attribute(std::string_view key, const auto& value) {
    if (recording()) set_attribute(SpanAttribute(key, value));
  }

  /// Notes that something happened just now.
  void add_event(std::string_view name, std::initializer_list<SpanAttribute> attributes = {});

  /// Says that it has to do with another span, which is not above it.
  void add_link(const TraceContext& other);

  /// Marks it as failed, with a reason for people.
  void set_error(std::string_view reason);

  /// Starts a span below this one. It may end after this one. For calls that lie below it, see
  /// CallOptions::set_parent().
  Span start_child(std::string_view name);

  /// Ends it and hands it over for export; later calls do nothing.
  void end() {
    if (data_) hand_over();
  }

 private:
  friend class Tracer;

  struct Delete {
    void operator()(SpanData* data) const;
  };

  // Belongs to a trace that nobody records.
  explicit Span(const TraceContext& context) : context_(context) {}
  void hand_over();

  TraceContext context_;
  std::unique_ptr<SpanData, Delete> data_;  // null: not recorded
};

}  // namespace fairlead
