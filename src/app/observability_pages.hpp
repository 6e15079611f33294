#pragma once

#include <string>
#include <string_view>

#include "fairlead/task.hpp"

#include "app/loop_poll.hpp"

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

/// The pages by which a running service is looked at: `/metrics`, `/healthz` and `/readyz`.
Task<Page> make_page(LoopPoll& poll, const PageRequest& request);

}  // namespace fairlead
