#include "tests/storm/tally.hpp"

#include <algorithm>

#include "core/strings.hpp"
#include "rpc/status_wire.hpp"

namespace fairlead::testing {

void Tally::record(Phase phase, const absl::Status& status, std::chrono::nanoseconds taken,
                   std::chrono::nanoseconds allowed) {
  ++ended;
  longest = std::max(longest, taken);
  if (taken > allowed) ++overdue;
  if (status.ok()) {
    ++ok;
    return;
  }
  const std::string code(rpc::code_name(status.code()));
  ++failures[code];
  examples.emplace(code, message_of(status));
  if (phase != Phase::kCalm) return;
  if (failed_in_calm++ == 0) first_in_calm = status;
}

}  // namespace fairlead::testing
