#include "app/observability_pages.hpp"

#include <utility>

#include "app/service_metrics.hpp"
#include "telemetry/metric_writer.hpp"

namespace fairlead {
namespace {

Page state_page(const std::string& why_not) {
  Page page;
  page.status = why_not.empty() ? 200 : 503;
  page.body = (why_not.empty() ? "ok" : why_not) + "\n";
  return page;
}

Page metrics_page(const Observed& observed, std::string_view accept) {
  const telemetry::MetricFormat format = telemetry::choose_metric_format(accept);
  Page page;
  page.content_type = telemetry::content_type(format);
  telemetry::ExportCounts spans;
  if (observed.exporter) spans = observed.exporter->counts();
  page.body = telemetry::write_metrics(service_metrics(observed.poll.loops(), spans), format);
  return page;
}

}  // namespace

Task<Page> make_page(const Observed& observed, const PageRequest& request) {
  const bool metrics = request.path == "/metrics";
  const bool health = request.path == "/healthz";
  if (!metrics && !health && request.path != "/readyz") {
    Page page;
    page.status = 404;
    page.body = "There are /metrics, /healthz and /readyz.\n";
    co_return page;
  }
  co_await observed.poll.update();
  if (metrics) co_return metrics_page(observed, request.accept);
  if (health) co_return state_page(why_not_healthy(observed.poll.loops()));
  co_return state_page(why_not_ready(observed.poll.loops()));
}

}  // namespace fairlead
