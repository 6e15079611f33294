#pragma once

#include <string>

#include <boost/asio/io_context.hpp>

#include "fairlead/task.hpp"

#include "telemetry/trace_settings.hpp"

namespace fairlead::telemetry {

/// Sends serialised requests of OTLP over HTTP, one connection each: there is one every few
/// seconds.
class OtlpSender {
 public:
  /// All that is given outlives the sender.
  OtlpSender(boost::asio::io_context& context, const TraceSettings& settings)
      : context_(context), settings_(settings) {}

  /// Which failures are worth another try is as OTLP says: 429, 502, 503, 504, and no answer.
  Task<SendOutcome> send(std::string body);

 private:
  boost::asio::io_context& context_;
  const TraceSettings& settings_;
};

}  // namespace fairlead::telemetry
