#pragma once

#include <string_view>

namespace fairlead {

/// When a call that takes longer than most is sent a second time, to another instance with luck;
/// the first answer counts. Only calls of idempotent methods are.
class HedgePolicy {
 public:
  HedgePolicy() {}

  /// A call is sent again when it has taken longer than this percentage of the calls seen lately:
  /// 50 to 99.9. Default 95.
  HedgePolicy& set_percentile(double percentile) {
    percentile_ = percentile;
    return *this;
  }
  /// At most this share of the calls of the last 10 s is sent again, however slow they are. Default
  /// 0.05.
  HedgePolicy& set_max_ratio(double ratio) {
    max_ratio_ = ratio;
    return *this;
  }

  double percentile() const { return percentile_; }
  double max_ratio() const { return max_ratio_; }

  /// What is wrong with the numbers; empty if nothing is.
  std::string_view fault() const {
    if (!(percentile_ >= 50 && percentile_ <= 99.9)) return "percentile must be from 50 to 99.9";
    if (!(max_ratio_ > 0 && max_ratio_ <= 1)) return "max_ratio must be over 0, up to 1";
    return "";
  }

 private:
  double percentile_ = 95;
  double max_ratio_ = 0.05;
};

}  // namespace fairlead
