#include "calc.hpp"

#include "expression.hpp"

fairlead::Task<absl::StatusOr<calc::CalcResponse>> Calc::Average(calc::AverageRequest request) {
  double sum = 0;
  for (float value : request.values()) sum += value;
  calc::CalcResponse response;
  response.set_operation("average");
  if (request.values_size() > 0) {
    response.set_result(static_cast<float>(sum / request.values_size()));
  }
  co_return response;
}

calc::CalcResponse Calc::Add(const calc::AddRequest& request) {
  calc::CalcResponse response;
  response.set_operation("add");
  response.set_result(request.a() + request.b());
  return response;
}

absl::StatusOr<calc::CalcResponse> Calc::Expression(const calc::ExpressionRequest& request) {
  absl::StatusOr<double> result = evaluate(request.expression());
  if (!result.ok()) return result.status();
  calc::CalcResponse response;
  response.set_operation("expression");
  response.set_result(static_cast<float>(*result));
  return response;
}
