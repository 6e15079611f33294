#include "layer/throttle/throttle.hpp"

#include <algorithm>

namespace fairlead::layer {

bool Throttle::admit(TimePoint now, Random& random) {
  const double share = refusal(now);
  if (share <= 0 || random.unit() >= share) return true;
  window_.add(kTotal, now);
  return false;
}

void Throttle::on_end(bool accepted, TimePoint now) {
  window_.add(kTotal, now);
  if (accepted) window_.add(kAccepted, now);
}

double Throttle::refusal(TimePoint now) {
  const auto total = static_cast<double>(window_.sum(kTotal, now));
  const auto accepted = static_cast<double>(window_.sum(kAccepted, now));
  return std::max(0.0, (total - kProtected - multiplier_ * accepted) / (total + 1));
}

}  // namespace fairlead::layer
