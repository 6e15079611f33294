#include "fairlead/server.hpp"

#include <vector>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "app/hosted_service.hpp"
#include "app/service_check.hpp"
#include "core/loop_core.hpp"
#include "core/strings.hpp"
#include "core/waiter.hpp"
#include "core/waiter_timeout.hpp"
#include "route/direct/address.hpp"
#include "route/direct/listener.hpp"
#include "rpc/middleware_resolution.hpp"

namespace fairlead {
namespace {

// How long the last answers may take to get out over direct links.
constexpr std::chrono::seconds kFlushTime(1);

}  // namespace

class Server::Impl {
 public:
  Impl(Channel channel, std::shared_ptr<WorkerPool> workers, ServerOptions options)
      : channel_(std::move(channel)), workers_(std::move(workers)), options_(std::move(options)) {}

  absl::Status add(Service service) {
    if (absl::Status status = check_service(service); !status.ok()) return status;
    if (const auto& limit = options_.adaptive_limit(); limit && !limit->fault().empty()) {
      return absl::InvalidArgumentError(concat("the adaptive limit: ", limit->fault()));
    }
    for (const auto& other : services_) {
      if (other->service().description().name == service.description().name) {
        return absl::InvalidArgumentError(
            concat("two services are named \"", service.description().name,
                   "\"; give one another name with the option (fairlead.service).name"));
      }
    }
    services_.push_back(std::make_unique<HostedService>(channel_, std::move(service), *workers_,
                                                        options_, call_ended_));
    return absl::OkStatus();
  }

  ~Impl() {
    if (listener_) listener_->close();
  }

  Task<absl::Status> start() {
    std::vector<const ServiceDescription*> descriptions;
    for (const auto& service : services_) descriptions.push_back(&service->service().description());
    absl::Status checked = rpc::check_middlewares(options_.middlewares(), descriptions);
    if (!checked.ok()) co_return checked;
    if (absl::Status status = listen(); !status.ok()) co_return status;
    for (const auto& service : services_) {
      if (absl::Status status = service->start(); !status.ok()) co_return status;
    }
    if (!channel_.connection()) co_return absl::OkStatus();
    // Without the fence a caller could be told "no responders" by a server that has not heard yet.
    nats::Connection connection = *channel_.connection();
    const auto heard = co_await connection.round_trip(std::chrono::seconds(5));
    absl::Status status = heard.status();
    for (const auto& service : services_) status.Update(service->status());
    if (listener_ && status.ok()) listener_->start();
    co_return status;
  }

  std::vector<std::string> instance_ids() const {
    std::vector<std::string> ids;
    for (const auto& service : services_) ids.push_back(service->id());
    return ids;
  }

  void visit_methods(
      const std::function<void(const Service&, const rpc::CallServer&)>& visit) const {
    for (const auto& service : services_) {
      for (const auto& method : service->methods()) visit(service->service(), *method);
    }
  }

  const route::direct::ListenerCounts* direct_counts() const {
    return listener_ ? &listener_->counts() : nullptr;
  }

  Task<absl::Status> stop(Deadline::Duration timeout) {
    const Deadline deadline = Deadline::after(timeout);
    if (listener_) listener_->say_goodbye();
    for (const auto& service : services_) {
      const absl::Status left = co_await service->leave(deadline.remaining());
      if (!left.ok() && is_connected()) {
        options_.logger().warning("leaving the queue group was not confirmed",
                                  {{"reason", std::string(message_of(left))}});
      }
    }
    WaiterTimeout end(call_ended_);
    channel_.loop().core().arm(end, deadline);
    while (busy() > 0 && !end.passed()) co_await call_ended_.wait();
    if (listener_) co_await wait_for_callers(deadline);
    while (busy() > 0 && !end.passed()) co_await call_ended_.wait();
    // The method's server that woke this is still at work, and may not be destroyed meanwhile.
    co_await boost::asio::post(channel_.loop().core().context(), boost::asio::use_awaitable);
    const std::size_t left = busy();
    for (const auto& service : services_) {
      service->give_up(absl::UnavailableError("the service is stopping"));
      service->stop();
    }
    // The answers are to be out before the caller closes the connection.
    if (is_connected()) {
      nats::Connection connection = *channel_.connection();
      const absl::Status flushed = co_await connection.flush(std::chrono::seconds(5));
      flushed.IgnoreError();
    }
    if (listener_) {
      co_await listener_->flush(Deadline::after(kFlushTime));
      listener_->close();
    }
    if (left == 0) co_return absl::OkStatus();
    co_return absl::DeadlineExceededError(
        concat(left, " calls had not ended at the end of the stop"));
  }

 private:
  std::size_t busy() const {
    std::size_t calls = 0;
    for (const auto& service : services_) calls += service->busy();
    return calls;
  }

  absl::Status listen() {
    if (options_.direct().empty()) return absl::OkStatus();
    if (!channel_.connection()) {
      return absl::FailedPreconditionError(
          "direct links need NATS, over which callers are let in, and the server has no "
          "connection");
    }
    std::vector<route::direct::ListenAddress> addresses;
    for (const std::string& text : options_.direct()) {
      auto address = route::direct::parse_listen_address(text);
      if (!address.ok()) return address.status();
      addresses.push_back(*std::move(address));
    }
    auto opened = route::direct::Listener::open(channel_.loop(), addresses,
                                                channel_.connection()->server_info().max_payload,
                                                options_.logger());
    if (!opened.ok()) return opened.status();
    listener_ = *std::move(opened);
    for (const auto& service : services_) service->listen(*listener_);
    return absl::OkStatus();
  }

  // A call may be on its way from a caller that has not heard of the goodbye yet, and callers have
  // some time to leave once no call runs any more.
  Task<void> wait_for_callers(Deadline deadline) {
    const Deadline patience =
        earlier(deadline, Deadline::after(route::direct::Listener::kGoodbyeTime));
    const bool gone = co_await listener_->empty(patience);
    static_cast<void>(gone);
  }

  bool is_connected() const { return channel_.connection() && channel_.connection()->is_open(); }

  Channel channel_;
  std::shared_ptr<WorkerPool> workers_;
  ServerOptions options_;
  Waiter call_ended_;
  std::shared_ptr<route::direct::Listener> listener_;  // null: no direct links
  std::vector<std::unique_ptr<HostedService>> services_;
};

Server::Server(Channel channel, std::shared_ptr<WorkerPool> workers, ServerOptions options)
    : impl_(std::make_unique<Impl>(std::move(channel), std::move(workers), std::move(options))) {}

Server::~Server() = default;

absl::Status Server::add(Service service) {
  return impl_->add(std::move(service));
}

Task<absl::Status> Server::start() {
  return impl_->start();
}

std::vector<std::string> Server::instance_ids() const {
  return impl_->instance_ids();
}

Task<absl::Status> Server::stop(Deadline::Duration timeout) {
  return impl_->stop(timeout);
}

const route::direct::ListenerCounts* Server::direct_counts() const {
  return impl_->direct_counts();
}

void Server::visit_methods(
    const std::function<void(const Service&, const rpc::CallServer&)>& visit) const {
  impl_->visit_methods(visit);
}

}  // namespace fairlead
