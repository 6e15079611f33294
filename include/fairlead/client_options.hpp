#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "fairlead/call_policy.hpp"
#include "fairlead/logger.hpp"
#include "fairlead/middleware.hpp"
#include "fairlead/route_choice.hpp"

namespace fairlead {

class Tracer;

/// Options of all calls of a client.
class ClientOptions {
 public:
  ClientOptions() {}

  /// Deadline of each call that sets none; default: the method's `timeout`, else 5 s.
  ClientOptions& set_timeout(std::chrono::nanoseconds timeout) {
    policy_.set_timeout(timeout);
    return *this;
  }
  /// Subject prefix under which the service runs (its `--prefix`); default: the generated one.
  ClientOptions& set_prefix(std::string prefix) {
    prefix_ = std::move(prefix);
    return *this;
  }
  /// How the calls of all methods are made; what it says holds instead of what the .proto says.
  /// Adds to what was set before.
  ClientOptions& set_policy(const CallPolicy& policy) {
    policy_.merge(policy);
    return *this;
  }
  /// The same for one method, `Average` or `calc.Calc.Average`; it is nearer than that for all. A
  /// name that the service does not have makes each call fail with INVALID_ARGUMENT; full names of
  /// other services are passed over, so that clients may share their options.
  ClientOptions& set_policy(const std::string& method, const CallPolicy& policy) {
    method_policies_[method].merge(policy);
    return *this;
  }

  /// How calls travel. Default: what the environment variable FAIRLEAD_ROUTE says (`auto`, `nats`,
  /// `local`, `direct`) when the client is made, else the shortest way that is open. A variable
  /// that says something else makes each call fail with INVALID_ARGUMENT.
  ClientOptions& set_route(RouteChoice route) {
    route_ = route;
    return *this;
  }

  /// Who records the calls of this client. Default: who records the call in whose handler a call is
  /// made, else nobody. See Tracing.
  ClientOptions& set_tracer(std::shared_ptr<Tracer> tracer) {
    tracer_ = std::move(tracer);
    return *this;
  }

  /// Where the client logs one-way calls that could not be sent, at most a line a second for each
  /// method. Default: nowhere; they are counted all the same.
  ClientOptions& set_logger(Logger logger) {
    logger_ = std::move(logger);
    return *this;
  }

  /// Puts a middleware around all calls, inside of those added before and outside of the layers of
  /// the policy. See Middleware.
  ClientOptions& add_middleware(std::shared_ptr<Middleware> middleware) {
    return add_middleware("", std::move(middleware));
  }
  /// The same for one service or method: `calc.Calc`, `Average` or `calc.Calc.Average`. A call
  /// meets those for all calls first, then those for its service, then those for its method. For
  /// wrong names see set_policy().
  ClientOptions& add_middleware(const std::string& name, std::shared_ptr<Middleware> middleware) {
    middlewares_[name].push_back(std::move(middleware));
    return *this;
  }

  const std::optional<std::chrono::nanoseconds>& timeout() const { return policy_.timeout(); }
  const std::optional<std::string>& prefix() const { return prefix_; }
  const std::shared_ptr<Tracer>& tracer() const { return tracer_; }
  const Logger& logger() const { return logger_; }
  const std::optional<RouteChoice>& route() const { return route_; }
  const CallPolicy& policy() const { return policy_; }
  const std::map<std::string, CallPolicy>& method_policies() const { return method_policies_; }
  /// By the name of what they are for; the empty one: all calls.
  const std::map<std::string, MiddlewareList>& middlewares() const { return middlewares_; }

 private:
  std::optional<std::string> prefix_;
  std::shared_ptr<Tracer> tracer_;
  Logger logger_;
  std::optional<RouteChoice> route_;
  CallPolicy policy_;
  std::map<std::string, CallPolicy> method_policies_;
  std::map<std::string, MiddlewareList> middlewares_;
};

}  // namespace fairlead
