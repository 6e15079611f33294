#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <absl/status/statusor.h>

#include "fairlead/loop.hpp"
#include "fairlead/nats/connection.hpp"
#include "fairlead/task.hpp"

#include "core/waiter.hpp"

namespace fairlead::route::direct {

/// The question which instances of a service take direct links. Used on the loop, once.
class InstanceQuestion {
 public:
  using OnAnswer = std::function<void(const std::string& instance)>;

  /// `control` is what the control subjects of the service start with, `calc.Calc._.`.
  InstanceQuestion(Loop& loop, nats::Connection connection, const std::string& control);

  /// Asks, calls `on_answer` for each instance as it answers, and returns them all once no more
  /// answers are awaited. UNAVAILABLE: the question could not be asked.
  Task<absl::StatusOr<std::vector<std::string>>> ask(const OnAnswer& on_answer);
  /// Awaits no more answers.
  void stop();

  /// Whether the server has said that nobody listens.
  bool nobody_listens() const { return nobody_listens_; }

 private:
  void on_message(const nats::MessageView& message, const OnAnswer& on_answer);

  Loop& loop_;
  nats::Connection connection_;
  const std::string subject_;
  std::vector<std::string> instances_;
  bool ended_ = false;  // nobody is there, or nobody asks any more
  bool nobody_listens_ = false;
  bool heard_ = false;  // something came since this was last looked at
  Waiter came_;
};

}  // namespace fairlead::route::direct
