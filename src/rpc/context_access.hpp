#pragma once

#include <string_view>
#include <utility>

#include "fairlead/context.hpp"

namespace fairlead {

/// How the server fills a Context, which handlers only read.
class ContextAccess {
 public:
  explicit ContextAccess(Context& context) : context_(context) {}

  void set_method(const MethodDescription* method) { context_.method_ = method; }
  void set_logger(Logger logger) { context_.logger_ = std::move(logger); }
  void set_metrics(Metrics metrics) { context_.metrics_ = metrics; }
  void set_channel(const Channel* channel) { context_.channel_ = channel; }
  void set_connection(nats::Connection* connection) { context_.connection_ = connection; }
  void set_peer(std::string_view peer) { context_.peer_ = peer; }
  void set_deadline(Deadline deadline) { context_.deadline_ = deadline; }
  void set_previous_attempts(int attempts) { context_.previous_attempts_ = attempts; }
  void set_span(Span span) { context_.span_ = std::move(span); }
  void set_identity(Identity identity) { context_.identity_ = std::move(identity); }
  Metadata& metadata() { return context_.metadata_; }
  void cancel() { context_.cancelled_.store(true, std::memory_order_relaxed); }

  /// Makes it fit for the next call; what belongs to the method stays.
  void reset() {
    context_.cancelled_.store(false, std::memory_order_relaxed);
    context_.metadata_.clear();
    context_.reply_metadata_.clear();
    context_.identity_.reset();
  }

 private:
  Context& context_;
};

}  // namespace fairlead
