#include "route/direct/instance_question.hpp"

#include <utility>

#include "core/loop_core.hpp"
#include "core/patient_timeout.hpp"
#include "core/strings.hpp"
#include "route/direct/ticket.hpp"

namespace fairlead::route::direct {
namespace {

// How long the first may take to answer, and how long after one another is waited for.
constexpr std::chrono::seconds kTime(2);
constexpr std::chrono::milliseconds kStall(100);

}  // namespace

InstanceQuestion::InstanceQuestion(Loop& loop, nats::Connection connection,
                                   const std::string& control)
    : loop_(loop), connection_(std::move(connection)), subject_(concat(control, "direct")) {}

Task<absl::StatusOr<std::vector<std::string>>> InstanceQuestion::ask(const OnAnswer& on_answer) {
  const std::string inbox = connection_.new_inbox();
  auto answers = connection_.subscribe(
      inbox, nats::SubscribeOptions(),
      [this, &on_answer](const nats::MessageView& message) { on_message(message, on_answer); });
  if (!answers.ok()) co_return answers.status();
  const absl::Status asked = connection_.publish(subject_, "", nats::Headers(), inbox);
  bool more = asked.ok();
  while (more && !ended_) {
    PatientTimeout patience(loop_.core(), came_);
    patience.arm(instances_.empty() ? kTime : Deadline::Duration(kStall));
    co_await came_.wait();
    more = std::exchange(heard_, false);
  }
  answers->unsubscribe();
  if (!asked.ok()) co_return asked;
  co_return instances_;
}

void InstanceQuestion::on_message(const nats::MessageView& message, const OnAnswer& on_answer) {
  if (message.header.starts_with("NATS/1.0 503")) ended_ = nobody_listens_ = true;
  std::string instance = parse_instance_name(message.payload);
  if (!instance.empty()) {
    on_answer(instance);
    instances_.push_back(std::move(instance));
  }
  heard_ = true;
  came_.wake();
}

void InstanceQuestion::stop() {
  ended_ = true;
  came_.wake();
}

}  // namespace fairlead::route::direct
