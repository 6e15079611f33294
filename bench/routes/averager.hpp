#pragma once

#include "fairlead/task.hpp"

#include "calc.fairlead.hpp"

namespace fairlead::bench {

/// The service that is called.
struct Averager {
  Task<calc::CalcResponse> Average(calc::AverageRequest request) {
    float sum = 0;
    for (const float value : request.values()) sum += value;
    calc::CalcResponse response;
    response.set_operation("average");
    response.set_result(sum / static_cast<float>(request.values_size()));
    co_return response;
  }
  calc::CalcResponse Add(const calc::AddRequest&) { return {}; }
  calc::CalcResponse Expression(const calc::ExpressionRequest&) { return {}; }
};

}  // namespace fairlead::bench
