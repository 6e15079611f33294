#include "route/direct/pool.hpp"

#include <algorithm>

#include <unistd.h>

#include "core/strings.hpp"
#include "core/waiter_timeout.hpp"
#include "route/direct/dial.hpp"
#include "route/direct/ticket.hpp"
#include "rpc/abandonment_wake.hpp"
#include "rpc/status_wire.hpp"

namespace fairlead::route::direct {
namespace {

constexpr std::chrono::seconds kTicketTime(2);
constexpr std::chrono::seconds kDialTime(2);

Deadline::TimePoint now() {
  return Deadline::Clock::now();
}

}  // namespace

Pool::Pool(Loop& loop, nats::Connection connection, std::string control)
    : loop_(loop), connection_(std::move(connection)), control_(std::move(control)) {}

Pool::~Pool() = default;

void Pool::start() {
  if (closing_) return;
  running_ = true;
  loop_.core().keep(shared_from_this(), run());
}

Task<void> Pool::run() {
  TaskScope scope(loop_);
  scope_ = &scope;
  while (used_ && !closing_) {
    co_await stay_awake();
    const auto links = links_;
    for (const auto& [instance, link] : links) {
      link->close(absl::UnavailableError("it was not used"));
    }
    co_await scope.join();
  }
  scope_ = nullptr;
  running_ = false;
  uses_ = 0;
  changed_.wake_all();
}

// Until it falls asleep.
Task<void> Pool::stay_awake() {
  used_ = false;
  perform(state_.on_use(now()));
  while (!state_.asleep() && !closing_) {
    WaiterTimeout tick(wake_);
    loop_.core().arm(tick, Deadline::after(std::chrono::seconds(1)));
    co_await wake_.wait();
    if (closing_) break;
    // A call that takes long needs its link.
    if (std::exchange(used_, false) || busy()) perform(state_.on_use(now()));
    perform(state_.on_tick(now()));
  }
}

bool Pool::busy() const {
  return std::any_of(links_.begin(), links_.end(),
                     [](const auto& entry) { return entry.second->in_flight() > 0; });
}

void Pool::shut_down() {
  closing_ = true;
  const auto links = links_;
  for (const auto& [instance, link] : links) {
    link->close(absl::UnavailableError("the loop has ended"));
  }
  const auto dialing = dialing_;
  for (nats::ConnectAbort* const abort : dialing) abort->abort();
  if (asking_) asking_->stop();
  wake_.wake();
  changed_.wake_all();
}

void Pool::perform(const PoolState::Steps& steps) {
  for (const PoolStep& step : steps) {
    switch (step.action) {
      case PoolAction::kAsk:
        scope_->spawn(ask());
        break;
      case PoolAction::kConnect:
        scope_->spawn(connect(step.instance));
        break;
      case PoolAction::kEject:
        use_link(step.instance, false);
        break;
      case PoolAction::kRestore:
        use_link(step.instance, true);
        break;
      case PoolAction::kCloseAll:
        break;  // run() does
    }
  }
}

void Pool::use_link(const std::string& instance, bool use) {
  const auto found = links_.find(instance);
  if (found == links_.end()) return;
  std::erase(usable_, found->second);
  if (use) usable_.push_back(found->second);
}

// Connects to the first that answers while others may still do.
Task<void> Pool::ask() {
  InstanceQuestion question(loop_, connection_, control_);
  const InstanceQuestion::OnAnswer on_answer = [this](const std::string& instance) {
    if (scope_) perform(state_.on_answer(instance, now()));
  };
  asking_ = &question;
  const auto found = co_await question.ask(on_answer);
  asking_ = nullptr;
  if (!found.ok()) {
    trouble_ = concat("nobody could be asked who takes any: ", message_of(found.status()));
  } else if (found->empty()) {
    trouble_ =
        question.nobody_listens() ? "none takes any" : "none has said in time that it takes any";
  }
  perform(found.ok() ? state_.on_found(*found, now()) : state_.on_ask_failed(now()));
  tell_who_waits();
}

Task<void> Pool::connect(std::string instance) {
  const std::string subject = concat(control_, instance, ".direct");
  const std::string nothing;
  auto reply = co_await connection_.request(subject, nothing, kTicketTime);
  absl::Status opened = reply.status();
  if (reply.ok() && !closing_) {
    const absl::StatusOr<Ticket> ticket = parse_ticket(reply->payload);
    opened = ticket.status();
    if (ticket.ok() && ticket->instance != instance) {
      opened = absl::UnavailableError("the ticket is that of another instance");
    }
    if (opened.ok()) opened = co_await open(*ticket);
  }
  if (!opened.ok()) {
    trouble_ = concat("instance ", instance, ": ", message_of(opened));
    perform(state_.on_connect_failed(instance, now()));
  }
  tell_who_waits();
}

// At the first of its addresses where it is: a unix socket before others.
Task<absl::Status> Pool::open(const Ticket& ticket) {
  std::vector<Address> addresses;
  std::size_t sockets = 0;
  for (const std::string& text : ticket.addresses) {
    absl::StatusOr<Address> address = parse_address(text);
    if (!address.ok()) continue;
    // One of another machine, most likely, or not for this user.
    if (address->is_unix() && ::access(address->path.c_str(), W_OK) != 0) continue;
    // In their order otherwise.
    const std::size_t place = address->is_unix() ? sockets++ : addresses.size();
    addresses.insert(addresses.begin() + static_cast<std::ptrdiff_t>(place), *std::move(address));
  }
  absl::Status status = absl::UnavailableError("it has no address that can be reached from here");
  for (const Address& address : addresses) {
    status = co_await open_at(ticket, address);
    if (status.ok() || closing_) break;
  }
  co_return status;
}

Task<absl::Status> Pool::open_at(const Ticket& ticket, Address address) {
  nats::ConnectAbort abort;
  dialing_.insert(&abort);
  auto transport = co_await dial(loop_, address, Deadline::after(kDialTime), abort);
  dialing_.erase(&abort);
  if (!transport.ok()) co_return transport.status();
  if (closing_) co_return absl::UnavailableError("the loop has ended");
  if (state_.asleep()) co_return absl::UnavailableError("nobody calls any more");
  const auto link = std::make_shared<OutboundLink>(loop_, *this, ticket, !address.is_unix(),
                                                   connection_.server_info().max_payload);
  const auto serve = [](std::shared_ptr<OutboundLink> opening,
                        std::unique_ptr<nats::TcpTransport> over) -> Task<void> {
    co_await opening->run(std::move(over));
  };
  links_[ticket.instance] = link;  // so that it is closed with the pool
  scope_->spawn(serve(link, *std::move(transport)));
  co_await link->settled();
  // Else the pool would wait for the end of a link that it has forgotten.
  if (state_.asleep()) link->close(absl::UnavailableError("nobody calls any more"));
  if (!link->is_open()) co_return link->reason();
  usable_.push_back(link);
  trouble_.clear();
  perform(state_.on_opened(ticket.instance, now()));
  co_return absl::OkStatus();
}

void Pool::on_link_leaving(OutboundLink& link) {
  if (scope_) perform(state_.on_leaving(link.instance()));
}

void Pool::on_link_ended(OutboundLink& link) {
  const auto found = links_.find(link.instance());
  if (found == links_.end() || found->second.get() != &link) return;
  const bool stood = std::erase(usable_, found->second) > 0;
  links_.erase(found);
  // One that was never open is a failure of connect().
  if (stood || link.was_open()) perform(state_.on_lost(link.instance(), now()));
  tell_who_waits();
}

void Pool::on_failing(OutboundLink& link) {
  perform(state_.on_failing(link.instance(), now()));
}

std::shared_ptr<OutboundLink> Pool::pick(std::string_view subject, bool strict) {
  const auto takes = [&](const OutboundLink& link) {
    return link.is_open() && link.takes_calls() && !link.lacks(subject);
  };
  if (usable_.size() == 1) {
    if (takes(*usable_.front())) return usable_.front();
  } else if (usable_.size() > 1) {
    const double count = static_cast<double>(usable_.size());
    const auto distance = 1 + static_cast<std::size_t>(random_.unit() * (count - 1));
    const auto first = static_cast<std::size_t>(random_.unit() * count);
    const auto& one = usable_[first];
    const auto& other = usable_[(first + distance) % usable_.size()];
    const auto& better = one->in_flight() <= other->in_flight() ? one : other;
    if (takes(*better)) return better;
    for (const auto& link : usable_) {
      if (takes(*link)) return link;
    }
  }
  if (!strict) return nullptr;
  for (const auto& [instance, link] : links_) {
    if (takes(*link)) return link;
  }
  return nullptr;
}

absl::Status Pool::no_link(std::string_view subject) const {
  absl::Status status = absl::UnavailableError(
      concat("no instance of ", subject.substr(0, subject.rfind('.')),
             " is reachable by a direct link", trouble_.empty() ? "" : " (", trouble_,
             trouble_.empty() ? "" : ")", "; start some with --direct, or leave the route open"));
  rpc::mark_never_ran(status);
  return status;
}

bool Pool::decided() const {
  return !usable_.empty() || closing_ || !running_ || state_.settled();
}

// Nobody is woken only to wait again; thousands may.
void Pool::tell_who_waits() {
  if (decided()) changed_.wake_all();
}

Task<void> Pool::ready(Deadline deadline, rpc::Abandonment* abandonment) {
  const auto self = shared_from_this();
  if (scope_) perform(state_.on_wanted(now()));
  Waiter waiter;
  const rpc::AbandonmentWake wake(abandonment, waiter);
  WaiterTimeout timeout(waiter);
  loop_.core().arm(timeout, deadline);
  while (!decided() && !deadline.passed() && !wake.abandoned()) co_await changed_.wait(waiter);
}

std::shared_ptr<Pool> Pools::of(Loop& loop, const nats::Connection& connection,
                                const std::string& control) {
  std::erase_if(pools_, [](const auto& entry) { return entry.second.expired(); });
  std::weak_ptr<Pool>& kept = pools_[{connection.client().get(), control}];
  std::shared_ptr<Pool> pool = kept.lock();
  if (!pool) {
    pool = std::make_shared<Pool>(loop, connection, control);
    kept = pool;
  }
  return pool;
}

}  // namespace fairlead::route::direct
