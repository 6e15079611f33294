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

namespace fairlead {
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

  Task<absl::Status> start() {
    for (const auto& service : services_) {
      if (absl::Status status = service->start(); !status.ok()) co_return status;
    }
    if (!channel_.connection()) co_return absl::OkStatus();
    // Without the fence a caller could be told "no responders" by a server that has not heard yet.
    nats::Connection connection = *channel_.connection();
    const auto heard = co_await connection.round_trip(std::chrono::seconds(5));
    absl::Status status = heard.status();
    for (const auto& service : services_) status.Update(service->status());
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

  Task<absl::Status> stop(Deadline::Duration timeout) {
    const Deadline deadline = Deadline::after(timeout);
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

  bool is_connected() const { return channel_.connection() && channel_.connection()->is_open(); }

  Channel channel_;
  std::shared_ptr<WorkerPool> workers_;
  ServerOptions options_;
  Waiter call_ended_;
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

void Server::visit_methods(
    const std::function<void(const Service&, const rpc::CallServer&)>& visit) const {
  impl_->visit_methods(visit);
}

}  // namespace fairlead
