#include "route/direct/direct_route.hpp"

#include <optional>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/loop_core.hpp"
#include "core/strings.hpp"
#include "nats/outcome.hpp"
#include "route/direct/direct_stream.hpp"
#include "route/pending_call.hpp"
#include "rpc/client_stats.hpp"
#include "rpc/request_header.hpp"
#include "rpc/status_wire.hpp"

namespace fairlead::route::direct {
namespace {

// A call that may be direct only tries so many links in turn.
constexpr int kMostLinksOfACall = 4;

// Tells the instance that a call which still waits has been given up, or its task dropped.
class CancelOnLeave {
 public:
  CancelOnLeave(OutboundLink& link, const rpc::OutgoingCall& call, const PendingCall& pending)
      : link_(link), call_(call), pending_(pending) {}
  ~CancelOnLeave() {
    if (pending_.waits()) link_.cancel(pending_, call_);
  }
  CancelOnLeave(const CancelOnLeave&) = delete;
  CancelOnLeave& operator=(const CancelOnLeave&) = delete;

 private:
  OutboundLink& link_;
  const rpc::OutgoingCall& call_;
  const PendingCall& pending_;
};

// How a call ends whose `last` sending ended with `status`: an earlier one may have reached a
// handler even if the last one cannot have.
absl::Status ended(absl::Status status, const rpc::OutgoingCall& first,
                   const rpc::OutgoingCall& last) {
  if (last.previous_attempts > first.previous_attempts) rpc::mark_may_have_run(status);
  return status;
}

}  // namespace

/// How one sending of a call ended.
struct DirectRoute::Outcome {
  absl::Status status;
  bool repeats = false;  // it takes another way
  bool may_run = false;  // it may have been seen by a handler
};

DirectRoute::DirectRoute(Loop& loop, const nats::Connection& connection, const std::string& control,
                         NatsRoute* other)
    : pool_(loop.core().resource<Pools>().of(loop, connection, control)), other_(other) {}

Task<absl::Status> DirectRoute::call(std::shared_ptr<OutboundLink> link,
                                     const rpc::OutgoingCall& call, rpc::ReplyReader& reader) {
  const rpc::OutgoingCall* current = &call;
  std::optional<rpc::OutgoingCall> again;
  bool waited = false;
  for (int sent = 0; sent < kMostLinksOfACall; ++sent) {
    if (call.abandoned()) co_return ended(rpc::given_up(call.subject), call, *current);
    if (!link && strict()) {
      const auto pool = pool_;
      waited = true;
      co_await pool->ready(call.deadline, call.abandonment);
      if (call.abandoned()) co_return ended(rpc::given_up(call.subject), call, *current);
      link = pool->pick(call.subject, true);
      if (!link && call.deadline.passed()) {
        absl::Status late = absl::DeadlineExceededError(
            concat("no direct link for ", call.subject, " stood in time"));
        rpc::mark_never_ran(late);
        co_return ended(std::move(late), call, *current);
      }
      if (!link) {
        // Who calls again and again must not keep the loop from finding one.
        co_await boost::asio::post(pool->loop().core().context(), boost::asio::use_awaitable);
        co_return ended(pool->no_link(call.subject), call, *current);
      }
    }
    if (sent > 0 || waited) {
      if (!again) again = call;
      current = &*again;
      again->timeout = call.deadline.remaining();
      if (again->timeout <= again->timeout.zero()) {
        co_return absl::DeadlineExceededError(
            concat("no reply of ", call.subject, " came in time, over links that were lost"));
      }
    }
    if (!link) {
      if (call.measured) call.measured->set_route(rpc::RouteKind::kNats);
      absl::Status status = co_await other_->call(*current, reader);
      co_return ended(std::move(status), call, *current);
    }
    if (call.measured) call.measured->set_route(rpc::RouteKind::kDirect);
    Outcome outcome;
    co_await call_once(*link, *current, reader, outcome);
    if (!outcome.repeats) co_return ended(std::move(outcome.status), call, *current);
    if (!again) again = call;
    current = &*again;
    if (outcome.may_run) ++again->previous_attempts;
    link.reset();
  }
  co_return ended(pool_->no_link(call.subject), call, *current);
}

absl::StatusOr<std::unique_ptr<rpc::Reception>> DirectRoute::open(
    std::shared_ptr<OutboundLink> link, const rpc::StreamRequest& request,
    rpc::FrameReceiver& receiver) {
  auto stream = std::make_unique<DirectStream>(pool_, other_, request, receiver);
  if (absl::Status status = stream->open(std::move(link)); !status.ok()) return status;
  return stream;
}

Task<void> DirectRoute::call_once(OutboundLink& link, const rpc::OutgoingCall& call,
                                  rpc::ReplyReader& reader, Outcome& outcome) {
  const rpc::RequestHeader header(call);
  if (header.block().size() + call.size > link.max_payload()) {
    outcome.status =
        absl::ResourceExhaustedError(concat("the message has ", header.block().size() + call.size,
                                            " bytes with its headers; the instance takes ",
                                            link.max_payload(), " at most (max_payload)"));
    rpc::mark_never_ran(outcome.status);
    co_return;
  }
  PendingCall pending(call, reader);
  const CancelOnLeave cancel_on_leave(link, call, pending);
  const std::uint64_t place = link.start(pending, call, header.block());
  if (pending.is_open()) co_await pending.ended();
  outcome.status = pending.take_status();
  if (pending.refused()) {
    link.set_lacks(call.subject);
    outcome.repeats = true;
    co_return;
  }
  if (pending.lost()) {
    outcome.may_run = !link.never_sent(place);
    outcome.repeats = !outcome.may_run || call.idempotent;
    if (outcome.may_run) outcome.status = nats::maybe_executed(std::move(outcome.status));
    co_return;
  }
  const bool ill =
      pending.late() || (absl::IsUnavailable(outcome.status) && may_have_executed(outcome.status));
  pool_->count(link, ill);
}

}  // namespace fairlead::route::direct
