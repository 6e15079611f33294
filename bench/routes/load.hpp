#pragma once

#include <vector>

#include "fairlead/channel.hpp"
#include "fairlead/route_choice.hpp"
#include "fairlead/task.hpp"

namespace fairlead::bench {

/// What was found with so many callers that call one after the other.
struct Found {
  double calls_per_second = 0;
  double median_microseconds = 0;  // of a call; 0: not measured
};

/// Calls Average for so long. `timed`: each call is timed, which costs two looks at the clock.
Task<Found> measure(Channel channel, RouteChoice route, int in_flight, double seconds, bool timed);

/// How often, and for how long.
struct Rounds {
  double seconds = 1;
  int count = 5;
};
void print_head(Rounds rounds);
void print_line(const char* route, int in_flight, std::vector<Found> found);

}  // namespace fairlead::bench
