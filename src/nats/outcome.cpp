#include "nats/outcome.hpp"

#include "fairlead/nats/connection.hpp"

namespace fairlead::nats {
namespace {

constexpr const char* kMark = "fairlead.nats/maybe_executed";

}  // namespace

absl::Status maybe_executed(absl::Status status) {
  status.SetPayload(kMark, absl::Cord());
  return status;
}

bool may_have_executed(const absl::Status& status) {
  return status.GetPayload(kMark).has_value();
}

}  // namespace fairlead::nats
