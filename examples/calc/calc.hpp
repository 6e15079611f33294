#pragma once

#include <absl/status/statusor.h>

#include "fairlead/task.hpp"

#include "calc.pb.h"

/// The business logic behind calc.Calc. Each method has another of the shapes that a handler may
/// have.
class Calc {
 public:
  /// A coroutine: it never blocks, so it runs where the call was read.
  fairlead::Task<absl::StatusOr<calc::CalcResponse>> Average(calc::AverageRequest request);

  /// A plain function that cannot fail; it runs on a worker thread.
  calc::CalcResponse Add(const calc::AddRequest& request);

  /// A plain function that can fail: INVALID_ARGUMENT names the place of a mistake.
  absl::StatusOr<calc::CalcResponse> Expression(const calc::ExpressionRequest& request);
};
