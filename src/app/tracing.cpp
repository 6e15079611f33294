#include "fairlead/tracing.hpp"

#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "app/environment.hpp"
#include "telemetry/span_exporter.hpp"
#include "telemetry/trace_settings.hpp"

namespace fairlead {

class Tracing::Impl {
 public:
  Impl(telemetry::TraceSettings settings, Logger logger)
      : exporter_(context_, std::move(settings), std::move(logger)), thread_([this] {
          exporter_.start();
          context_.run();
        }) {}

  ~Impl() {
    boost::asio::post(context_, [this] {
      exporter_.finish(telemetry::kExportPatience, [this] { context_.stop(); });
    });
    thread_.join();
  }

  std::shared_ptr<Tracer> tracer() const { return exporter_.tracer(); }

 private:
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      context_.get_executor()};
  telemetry::SpanExporter exporter_;
  std::thread thread_;
};

Tracing::Tracing(std::string service_name, Logger logger) {
  auto settings = telemetry::read_trace_settings(process_environment(), service_name);
  for (const std::string& warning : settings.warnings) logger.warning(warning);
  if (settings.enabled) impl_ = std::make_unique<Impl>(std::move(settings), std::move(logger));
}

Tracing::~Tracing() = default;

std::shared_ptr<Tracer> Tracing::tracer() const {
  return impl_ ? impl_->tracer() : nullptr;
}

}  // namespace fairlead
