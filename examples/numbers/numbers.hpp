#pragma once

#include "fairlead/server_stream.hpp"

#include "numbers.pb.h"

/// Streams of all three kinds: many responses, many requests, and both.
class Numbers {
 public:
  using Number = numbers::Number;

  fairlead::Task<absl::Status> Count(numbers::CountRequest request,
                                     fairlead::ServerWriter<Number>& stream) {
    Number number;
    for (std::int64_t value = 1; value <= request.to(); ++value) {
      number.set_value(value);
      absl::Status status = co_await stream.write(number);
      if (!status.ok()) co_return status;  // nobody listens any more
    }
    co_return absl::OkStatus();
  }

  fairlead::Task<absl::StatusOr<numbers::Total>> Sum(fairlead::ServerReader<Number>& stream) {
    numbers::Total total;
    while (auto number = co_await stream.read()) {
      total.set_count(total.count() + 1);
      total.set_sum(total.sum() + number->value());
    }
    if (!stream.status().ok()) co_return stream.status();  // not all has come
    co_return total;
  }

  fairlead::Task<absl::Status> Double(fairlead::ServerReaderWriter<Number, Number>& stream) {
    while (auto number = co_await stream.read()) {
      if (number->value() > 1'000'000) co_return absl::OutOfRangeError("that is too large");
      number->set_value(2 * number->value());
      absl::Status status = co_await stream.write(*number);
      if (!status.ok()) co_return status;
    }
    co_return stream.status();
  }
};
