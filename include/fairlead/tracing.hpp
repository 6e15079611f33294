#pragma once

#include <memory>
#include <string>

#include "fairlead/logger.hpp"
#include "fairlead/tracer.hpp"

namespace fairlead {

/// Records and exports the traces of a program that is no App, as OpenTelemetry's environment
/// variables say (docs/tracing.md). It has a thread of its own, unless they say that there is
/// nothing to export.
///
///   fairlead::Tracing tracing("shop");
///   calc::CalcClient client(connection, fairlead::ClientOptions().set_tracer(tracing.tracer()));
class Tracing {
 public:
  /// `service_name` stands for the program unless OTEL_SERVICE_NAME names it. What is wrong with
  /// the variables, and failures of the export, go to `logger`.
  explicit Tracing(std::string service_name, Logger logger = Logger());
  /// Sends what has not been sent yet, for 5 s at most. No span may end later.
  ~Tracing();
  Tracing(const Tracing&) = delete;
  Tracing& operator=(const Tracing&) = delete;

  /// For ClientOptions and ServerOptions; null if nothing is to be exported.
  std::shared_ptr<Tracer> tracer() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fairlead
