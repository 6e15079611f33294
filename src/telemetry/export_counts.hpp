#pragma once

#include <cstdint>

namespace fairlead::telemetry {

/// What became of the spans that ended, and of the requests that should carry them.
struct ExportCounts {
  std::uint64_t exported = 0;  ///< Spans that the receiver took.

  // Spans that were lost:
  std::uint64_t overflowed = 0;   ///< More ended than could be sent.
  std::uint64_t refused = 0;      ///< The receiver would not have them.
  std::uint64_t undelivered = 0;  ///< The receiver was away, or too busy, for too long.

  // Requests that failed:
  std::uint64_t refusals = 0;  ///< The receiver said no.
  std::uint64_t failures = 0;  ///< It did not answer, or asked to be asked again.

  std::uint64_t lost() const { return overflowed + refused + undelivered; }
};

}  // namespace fairlead::telemetry
