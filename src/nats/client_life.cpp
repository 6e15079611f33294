// How a connection lives: it connects, looks for another server when it has to, and ends.
#include <random>

#include "core/strings.hpp"
#include "core/waiter_timeout.hpp"
#include "nats/client.hpp"
#include "nats/nuid.hpp"
#include "nats/outcome.hpp"
#include "nats/subject.hpp"
#include "wire/writer.hpp"

namespace fairlead::nats {
namespace {

PoolOptions pool_options(const ConnectOptions& options) {
  PoolOptions pool;
  pool.randomize = options.randomize();
  pool.discover_servers = options.discover_servers();
  pool.ignore_auth_errors = options.ignore_auth_errors();
  pool.max_reconnects = options.max_reconnects();
  pool.keep_trying_first = options.connect_retry().count() > 0;
  pool.tls = options.tls().has_value();
  pool.wait = options.reconnect_wait();
  pool.jitter = options.reconnect_jitter();
  pool.tls_jitter = options.reconnect_tls_jitter();
  pool.backoff = options.reconnect_backoff();
  pool.seed = std::random_device{}();
  return pool;
}

}  // namespace

Client::Client(Loop& loop, ConnectOptions options, std::vector<ServerAddress> servers)
    : loop_(loop),
      options_(std::move(options)),
      pool_(std::move(servers), pool_options(options_)),
      first_deadline_(Deadline::after(options_.connect_retry())),
      requests_(concat(options_.inbox_prefix(), ".", new_nuid())),
      away_(options_.reconnect_buffer()),
      events_(loop.core()) {}

Client::~Client() = default;

Task<absl::StatusOr<std::shared_ptr<Client>>> Client::connect(Loop& loop, ConnectOptions options) {
  auto servers = parse_servers(options.url());
  if (!servers.ok()) co_return servers.status();
  if (const auto status = check_publish_subject(options.inbox_prefix()); !status.ok()) {
    co_return absl::InvalidArgumentError(concat("inbox prefix: ", message_of(status)));
  }
  auto client = std::make_shared<Client>(loop, std::move(options), *std::move(servers));
  loop.core().keep(client, client->run());
  while (!client->was_open_ && !client->ended_) {
    const bool woken = co_await client->opened_.wait(loop.core());
    static_cast<void>(woken);
  }
  if (client->ended_) {
    if (client->end_reason_.ok()) co_return client->end_error();
    co_return client->end_reason_;
  }
  co_return client;
}

Task<void> Client::run() {
  TaskScope tasks(loop_);
  while (!ended_) {
    if (loss_) {
      pool_.on_lost(loss_->reason, loss_->refused);
      loss_.reset();
    }
    if (link_ && !moving_) {
      co_await attention_.wait();
    } else {
      co_await step(tasks);
    }
  }
  co_await tasks.join();
}

Task<void> Client::step(TaskScope& tasks) {
  ServerPool::Step step = pool_.next();
  switch (step.kind) {
    case ServerPool::StepKind::kConnect:
      co_await try_server(tasks, std::move(step.server));
      break;
    case ServerPool::StepKind::kWait:
      if (!was_open_ && first_deadline_.remaining() < step.wait) {
        end(pool_.failures());
      } else {
        co_await pause(step.wait);
      }
      break;
    case ServerPool::StepKind::kGiveUp:
      if (!moving_) {
        end(step.status);
        break;
      }
      moving_ = false;
      pool_.on_stay();
      options_.logger().warning("no other NATS server to move to");
      break;
  }
}

Task<void> Client::pause(std::chrono::milliseconds time) {
  WaiterTimeout over(attention_);
  arm(over, Deadline::after(time));
  while (!ended_ && !over.passed()) co_await attention_.wait();
}

Task<void> Client::try_server(TaskScope& tasks, ServerAddress server) {
  const auto link = std::make_shared<Link>(loop_, *this, std::move(server), options_, statistics_);
  candidate_ = link;
  tasks.spawn(run_link(link));
  while (!link->is_open() && !link->is_closed()) co_await attention_.wait();
  candidate_.reset();
  if (ended_) {
    link->close();
  } else if (link->is_open()) {
    adopt(link, tasks);
  } else {
    options_.logger().debug("a NATS server did not take the connection",
                            {{"server", link->server().display()},
                             {"reason", std::string(message_of(link->reason()))}});
    pool_.on_failed(link->reason(), link->refused());
  }
}

Task<void> Client::run_link(std::shared_ptr<Link> link) {
  co_await link->run();
  if (link == link_) lose(*link);
  moved_.wake_all();
  attention_.wake();
}

void Client::end(absl::Status reason) {
  if (ended_) return;
  ended_ = true;
  end_reason_ = std::move(reason);
  for (const auto& link : {link_, candidate_, leaving_}) {
    if (link) link->close();
  }
  // Those who wait are told in a turn of their own, not inside of whatever called this.
  loop_.post([self = shared_from_this()] { self->end_waiters(); });
}

void Client::end_waiters() {
  // Without a link those that wait have not been sent: others were told when it was lost.
  if (link_) {
    requests_.fail_all(maybe_executed(absl::UnavailableError(
        concat(message_of(end_error()), "; the request may have been executed"))));
  } else {
    requests_.fail_all(end_error());
  }
  link_.reset();
  attention_.wake();
  away_.clear();
  for (const auto& subscription : subscriptions_.take_all()) subscription->end(end_error());
  if (was_open_) emit(Event(EventKind::kClosed, "", end_reason_));
  opened_.wake_all();
  writable_.wake_all();
  closed_.wake_all();
  moved_.wake_all();
}

void Client::emit(const Event& event) {
  Logger logger = options_.logger();
  if (!event.server().empty()) logger = logger.with("server", event.server());
  if (!event.subject().empty()) logger = logger.with("subject", event.subject());
  const std::string reason(message_of(event.status()));
  switch (event.kind()) {
    case EventKind::kConnected:
      logger.debug("connected to NATS");
      break;
    case EventKind::kDisconnected:
      logger.warning("the connection to NATS is lost", {{"reason", reason}});
      break;
    case EventKind::kReconnected:
      logger.info("connected to NATS again");
      break;
    case EventKind::kLameDuck:
      logger.warning("the NATS server is about to stop (lame duck mode)");
      break;
    case EventKind::kSlowConsumer:
      logger.warning("a subscription is too slow and loses messages", {{"reason", reason}});
      break;
    case EventKind::kError:
      logger.error("NATS error", {{"error", reason}});
      break;
    case EventKind::kClosed:
      if (!event.status().ok()) {
        logger.error("the connection to NATS has ended", {{"reason", reason}});
      }
      break;
  }
  events_.emit(event);
}

}  // namespace fairlead::nats
