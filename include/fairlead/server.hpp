#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <absl/status/status.h>

#include "fairlead/adaptive_limit.hpp"
#include "fairlead/channel.hpp"
#include "fairlead/logger.hpp"
#include "fairlead/middleware.hpp"
#include "fairlead/service.hpp"
#include "fairlead/task.hpp"
#include "fairlead/worker_pool.hpp"

namespace fairlead {

namespace rpc {
class CallServer;
}
namespace route::direct {
struct ListenerCounts;
}

class Tracer;

/// Options of a Server.
class ServerOptions {
 public:
  ServerOptions() {}

  /// Calls of one plain (blocking) method that run at once on this server; others wait in the
  /// method's queue. Default 5. The .proto's `concurrency` wins.
  ServerOptions& set_blocking_concurrency(int calls) {
    blocking_concurrency_ = calls;
    return *this;
  }
  /// Calls of one coroutine method that run at once on this server. Default 1024. The .proto's
  /// `concurrency` wins.
  ServerOptions& set_coroutine_concurrency(int calls) {
    coroutine_concurrency_ = calls;
    return *this;
  }
  /// Lets the server find out how many calls of a method may run at once, where the .proto does not
  /// say. Each server finds its own, so nothing is divided. Default: the fixed limits above.
  ServerOptions& set_adaptive_limit(std::optional<AdaptiveLimit> limit) {
    adaptive_limit_ = limit;
    return *this;
  }
  /// An instance whose queue for a method is nearly full leaves the method's queue group until it
  /// has room again, so that NATS gives its share to other instances. If all leave, callers are
  /// told that no instance is up. Default false.
  ServerOptions& set_leave_when_overloaded(bool leave) {
    leave_when_overloaded_ = leave;
    return *this;
  }
  /// Over how many servers of this process (one per loop) the limits above and those of the .proto
  /// are divided, each getting at least 1. Default 1.
  ServerOptions& set_share(int servers) {
    share_ = servers;
    return *this;
  }
  /// Calls of one method that may wait for a slot; beyond it they are answered
  /// RESOURCE_EXHAUSTED at once. Default 1024.
  ServerOptions& set_queue_limit(std::size_t calls) {
    queue_limit_ = calls;
    return *this;
  }
  /// Sends the text of an exception that leaves a handler to the caller. Default false: callers
  /// get "internal error", the text is logged.
  ServerOptions& set_expose_exceptions(bool expose) {
    expose_exceptions_ = expose;
    return *this;
  }
  /// Where the server logs, and its handlers unless set_handler_logger() says otherwise. Default:
  /// nowhere.
  ServerOptions& set_logger(Logger logger) {
    logger_ = std::move(logger);
    return *this;
  }

  /// Who records the calls that are served, and those that handlers make. Default: nobody.
  ServerOptions& set_tracer(std::shared_ptr<Tracer> tracer) {
    tracer_ = std::move(tracer);
    return *this;
  }

  /// Where handlers log.
  ServerOptions& set_handler_logger(Logger logger) {
    handler_logger_ = std::move(logger);
    return *this;
  }
  /// Logs a line for each call that fails, and for this share, 0 to 1, of the others. Default: no
  /// such lines.
  ServerOptions& set_request_log(double share) {
    request_log_ = share;
    return *this;
  }
  /// Writes what was asked and answered, as JSON, into the lines of set_request_log(): so many
  /// bytes of each at most. They may hold secrets. Default 0: nothing of them. Not of streams.
  ServerOptions& set_request_log_payloads(std::size_t bytes) {
    request_log_payloads_ = bytes;
    return *this;
  }

  /// Takes links straight from callers at these addresses: `HOST:PORT`, `:PORT` for all addresses
  /// of the machine, port 0 for one that the system chooses, or `unix:/PATH`; with `=ADDRESS`
  /// behind it where callers reach it at another one. Needs NATS, over which callers are let in.
  /// Default: none. docs/routes.md has the details.
  ServerOptions& set_direct(std::vector<std::string> addresses) {
    direct_ = std::move(addresses);
    return *this;
  }
  /// Puts a middleware around all calls, inside of those added before. See Middleware.
  ServerOptions& add_middleware(std::shared_ptr<Middleware> middleware) {
    return add_middleware("", std::move(middleware));
  }
  /// The same for one service or method, `calc.Calc` or `calc.Calc.Average`. A call meets those for
  /// all calls first, then those for its service, then those for its method. A name that none of
  /// the hosted services has is an error of Server::start().
  ServerOptions& add_middleware(const std::string& name, std::shared_ptr<Middleware> middleware) {
    middlewares_[name].push_back(std::move(middleware));
    return *this;
  }

  int blocking_concurrency() const { return blocking_concurrency_; }
  int coroutine_concurrency() const { return coroutine_concurrency_; }
  const std::optional<AdaptiveLimit>& adaptive_limit() const { return adaptive_limit_; }
  bool leave_when_overloaded() const { return leave_when_overloaded_; }
  int share() const { return share_; }
  std::size_t queue_limit() const { return queue_limit_; }
  bool expose_exceptions() const { return expose_exceptions_; }
  const Logger& logger() const { return logger_; }
  const Logger& handler_logger() const { return handler_logger_ ? *handler_logger_ : logger_; }
  std::optional<double> request_log() const { return request_log_; }
  std::size_t request_log_payloads() const { return request_log_payloads_; }
  const std::shared_ptr<Tracer>& tracer() const { return tracer_; }
  const std::vector<std::string>& direct() const { return direct_; }
  /// By the name of what they are for; the empty one: all calls.
  const std::map<std::string, MiddlewareList>& middlewares() const { return middlewares_; }

 private:
  int blocking_concurrency_ = 5;
  int coroutine_concurrency_ = 1024;
  std::optional<AdaptiveLimit> adaptive_limit_;
  bool leave_when_overloaded_ = false;
  int share_ = 1;
  std::size_t queue_limit_ = 1024;
  bool expose_exceptions_ = false;
  Logger logger_;
  std::optional<Logger> handler_logger_;
  std::optional<double> request_log_;
  std::size_t request_log_payloads_ = 0;
  std::shared_ptr<Tracer> tracer_;
  std::vector<std::string> direct_;
  std::map<std::string, MiddlewareList> middlewares_;
};

/// Hosts services on one channel, and so on its loop: answers calls, and through NATS also
/// discovery
/// ($SRV.PING, INFO, STATS) and questions for the schema. Clients of the same loop call its
/// services without NATS. Several servers may run in one process and share a worker pool. Used on
/// the loop.
class Server {
 public:
  Server(Channel channel, std::shared_ptr<WorkerPool> workers,
         ServerOptions options = ServerOptions());
  /// Ends it at once if it was not stopped: calls that run get no answer from here, streams
  /// end with UNAVAILABLE.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Adds a service, before start(). INVALID_ARGUMENT if a name, version or subject is not one, if
  /// a service of this name is there already, or if it has no handler at all.
  absl::Status add(Service service);

  /// Subscribes to everything and returns when the NATS server, if there is one, has confirmed it:
  /// from then on calls arrive.
  Task<absl::Status> start();

  /// The instance ids under which discovery knows the services, in the order of add().
  std::vector<std::string> instance_ids() const;

  /// Leaves the queue groups, lets the calls that run or wait end, and returns: OK, or
  /// DEADLINE_EXCEEDED with the number of calls that had not ended after `timeout`; these are then
  /// cancelled and answered UNAVAILABLE. A connection stays open.
  Task<absl::Status> stop(Deadline::Duration timeout);

  /// What other parts of Fairlead see of a server, method by method; not for programs.
  void visit_methods(
      const std::function<void(const Service&, const rpc::CallServer&)>& visit) const;
  /// Likewise of its direct links; null: it takes none.
  const route::direct::ListenerCounts* direct_counts() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fairlead
