#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <absl/status/status.h>

#include "fairlead/loop.hpp"
#include "fairlead/nats/connection.hpp"
#include "fairlead/task_scope.hpp"

#include "core/loop_core.hpp"
#include "core/random.hpp"
#include "core/waiter.hpp"
#include "core/waiter_list.hpp"
#include "nats/connect_abort.hpp"
#include "route/direct/address.hpp"
#include "route/direct/instance_question.hpp"
#include "route/direct/outbound_link.hpp"
#include "route/direct/pool_state.hpp"

namespace fairlead::route::direct {

/// The direct links of a loop to the instances of one service: does what a PoolState says. All
/// clients of the loop share it. Used on the loop.
class Pool final : public LoopResident,
                   public LinkOwner,
                   public std::enable_shared_from_this<Pool> {
 public:
  /// `control` is what the control subjects of the service start with, `calc.Calc._.`.
  Pool(Loop& loop, nats::Connection connection, std::string control);
  ~Pool() override;

  /// A call is made: the pool wakes, and keeps awake. One that need not be direct wakes it only if
  /// there have been some before, so that programs that call once ask nobody for links.
  void use(bool needed) {
    used_ = true;
    if (!running_ && (needed || ++uses_ > kUsesBeforeAsking)) start();
  }

  /// The link for a call: of two at random the one with fewer calls in flight; null if there is
  /// none. `strict`: also one whose calls fail, if there is no other.
  std::shared_ptr<OutboundLink> pick(std::string_view subject, bool strict);

  /// Waits until there is a link, or it is known that none can be had now, or `deadline`, or until
  /// the call is given up for which it waits; `abandonment` may be null.
  Task<void> ready(Deadline deadline, rpc::Abandonment* abandonment);

  /// How a call to `subject` ends for which there is no link, with the reason as far as it is
  /// known.
  absl::Status no_link(std::string_view subject) const;

  /// What became of a call over `link`: whether it failed as if the instance were ill.
  void count(OutboundLink& link, bool failed) {
    if (link.count(failed)) on_failing(link);
  }

  Loop& loop() const { return loop_; }

  void shut_down() override;
  void on_link_leaving(OutboundLink& link) override;
  void on_link_ended(OutboundLink& link) override;

 private:
  static constexpr int kUsesBeforeAsking = 16;

  void start();
  Task<void> run();
  Task<void> stay_awake();
  bool busy() const;
  Task<void> ask();
  Task<void> connect(std::string instance);
  Task<absl::Status> open(const Ticket& ticket);
  Task<absl::Status> open_at(const Ticket& ticket, Address address);
  void on_failing(OutboundLink& link);
  void perform(const PoolState::Steps& steps);
  void use_link(const std::string& instance, bool use);
  /// There is a link, or it is known that none can be had now.
  bool decided() const;
  void tell_who_waits();

  Loop& loop_;
  nats::Connection connection_;
  const std::string control_;
  PoolState state_;
  Random random_ = Random::seeded_by_system();
  std::map<std::string, std::shared_ptr<OutboundLink>> links_;  // that stand
  std::vector<std::shared_ptr<OutboundLink>> usable_;           // those of them that get calls
  std::set<nats::ConnectAbort*> dialing_;
  TaskScope* scope_ = nullptr;          // while it runs
  InstanceQuestion* asking_ = nullptr;  // while it waits for answers
  std::string trouble_;                 // why there is no link, as far as is known
  Waiter wake_;
  WaiterList changed_;
  int uses_ = 0;
  bool used_ = false;
  bool running_ = false;
  bool closing_ = false;
};

/// The pools of a loop: `loop.core().resource<Pools>()`.
class Pools final : public LoopResident {
 public:
  explicit Pools(LoopCore&) {}
  void shut_down() override {}

  std::shared_ptr<Pool> of(Loop& loop, const nats::Connection& connection,
                           const std::string& control);

 private:
  std::map<std::pair<const nats::Client*, std::string>, std::weak_ptr<Pool>> pools_;
};

}  // namespace fairlead::route::direct
