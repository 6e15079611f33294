#pragma once

#include "route/pending_call.hpp"
#include "rpc/call_number.hpp"

namespace fairlead::route {

/// Whether the instances of a method send the number of a call back with its reply, as far as a
/// client knows. One that does not is enough for kNo, which stays.
enum class NumberEcho { kUnknown, kYes, kNo };

/// A call through the broker that waits for its reply. Where the instances of its method send its
/// number back, its reply subject is one that had replies before.
///
/// A reply without its number on such a subject is in doubt: it is a second one to the call that
/// had the subject before, or its own, of a service that sends no numbers back. So it is passed
/// over, and later calls of the method have new subjects. A call that is idempotent, and may have
/// more than one attempt, ends then, to be made again; another waits on.
class NatsCall final : public PendingCall {
 public:
  /// All but `number` outlive this object; `echo` is its method's.
  NatsCall(const rpc::OutgoingCall& call, rpc::ReplyReader& reader, const rpc::CallNumber& number,
           NumberEcho& echo)
      : PendingCall(call, reader),
        number_(number),
        echo_(echo),
        repeatable_(call.idempotent && call.attempts != 1) {}

  bool takes_used_subject() const override { return echo_ == NumberEcho::kYes; }
  bool recognises(const nats::MessageView& message) override;
  bool leaves_subject() const override { return echoed_ && echo_ == NumberEcho::kYes; }

  /// It ended for want of a reply that is its own for certain, and may be made again.
  bool in_doubt() const { return in_doubt_; }

 private:
  const rpc::CallNumber number_;
  NumberEcho& echo_;
  const bool repeatable_;
  bool echoed_ = false;
  bool in_doubt_ = false;
};

}  // namespace fairlead::route
