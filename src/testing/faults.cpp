#include "fairlead/testing/faults.hpp"

#include <algorithm>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "core/random.hpp"
#include "rpc/interposition.hpp"
#include "testing/fault_route.hpp"
#include "testing/fault_state.hpp"

namespace fairlead::testing {

class Faults::State final : public rpc::Interposition,
                            public std::enable_shared_from_this<Faults::State> {
 public:
  explicit State(std::uint64_t seed) : random_(seed) {}

  Fault add(const std::string& method, FaultStep step) {
    auto fault = std::make_shared<Fault::State>(method, std::move(step));
    const std::lock_guard lock(mutex_);
    faults_.push_back(fault);
    return Fault(std::move(fault));
  }
  void clear() {
    const std::lock_guard lock(mutex_);
    faults_.clear();
  }
  FaultPlan plan(std::string_view subject) {
    const std::lock_guard lock(mutex_);
    FaultPlan plan;
    for (const auto& fault : faults_) fault->befall(subject, random_, plan);
    return plan;
  }

  std::unique_ptr<rpc::Route> wrap(Loop& loop, rpc::Route& route) override {
    const auto make_plan = [self = shared_from_this()](std::string_view subject) {
      return self->plan(subject);
    };
    return std::make_unique<FaultRoute>(loop, route, make_plan);
  }

 private:
  std::mutex mutex_;  // of what follows
  Random random_;
  std::vector<std::shared_ptr<Fault::State>> faults_;
};

Faults::Faults(std::uint64_t seed) : state_(std::make_shared<State>(seed)) {}

Fault Faults::fail(const std::string& method, absl::Status status) {
  if (status.ok()) {
    throw std::invalid_argument("fairlead::testing::Faults: a call cannot fail with OK");
  }
  FaultStep step;
  step.kind = FaultStep::Kind::kFail;
  step.status = std::move(status);
  return state_->add(method, std::move(step));
}

Fault Faults::drop(const std::string& method) {
  FaultStep step;
  step.kind = FaultStep::Kind::kDrop;
  return state_->add(method, std::move(step));
}

Fault Faults::delay(const std::string& method, std::chrono::milliseconds delay) {
  FaultStep step;
  step.delay = std::max(delay, delay.zero());
  return state_->add(method, std::move(step));
}

void Faults::clear() {
  state_->clear();
}

Channel Faults::on(const Channel& channel) const {
  return channel.interposed(state_);
}

}  // namespace fairlead::testing
