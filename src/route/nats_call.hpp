#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "core/loop_core.hpp"
#include "route/pending_call.hpp"
#include "rpc/call_number.hpp"

namespace fairlead::route {

/// Whether the instances of a method send the number of a call back with its reply, as far as a
/// client knows. One that does not is enough for kNo, which stays.
enum class NumberEcho { kUnknown, kYes, kNo };

/// A call through the broker that waits for its reply. Where the instances of its method send its
/// number back, its reply subject is one that had replies before.
///
/// If one comes that does not, such as a service of another framework on the same subject, its
/// reply could be a second one to the call that had the subject before. So it counts only if no
/// reply with the number of this call comes soon, and the method's later calls have new subjects.
class NatsCall final : public PendingCall {
 public:
  /// How long a reply that tells no number waits for one that does, on a subject used before.
  static constexpr auto kPatience = std::chrono::seconds(1);

  /// All but `number` outlive this object; `echo` is its method's.
  NatsCall(const rpc::OutgoingCall& call, rpc::ReplyReader& reader, LoopCore& loop,
           const rpc::CallNumber& number, NumberEcho& echo)
      : PendingCall(call, reader), loop_(loop), number_(number), echo_(echo) {}

  bool takes_used_subject() const override { return echo_ == NumberEcho::kYes; }
  bool recognises(const nats::MessageView& message) override;
  bool leaves_subject() const override { return echoed_; }

  void on_timeout() override;
  void on_failed(const absl::Status& reason) override;

 private:
  struct Held {
    std::string header;
    std::string payload;
  };

  void hold(const nats::MessageView& message);
  bool take_held();

  LoopCore& loop_;
  const rpc::CallNumber number_;
  NumberEcho& echo_;
  bool echoed_ = false;
  std::optional<Held> held_;
};

}  // namespace fairlead::route
