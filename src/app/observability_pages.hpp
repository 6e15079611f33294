#pragma once

#include <string>
#include <string_view>

#include "fairlead/task.hpp"

#include "app/loop_poll.hpp"
#include "telemetry/span_exporter.hpp"

namespace fairlead {

/// What is asked for over HTTP.
struct PageRequest {
  std::string path;  ///< Without the query.
  std::string accept;
};

struct Page {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

/// What is looked at. It outlives who looks.
struct Observed {
  LoopPoll& poll;
  const telemetry::SpanExporter* exporter;  ///< Null: traces are not exported.
};

/// The pages by which a running service is looked at: `/metrics`, `/healthz` and `/readyz`.
Task<Page> make_page(const Observed& observed, const PageRequest& request);

}  // namespace fairlead
