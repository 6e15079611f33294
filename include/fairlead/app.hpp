#pragma once

#include <memory>
#include <string>

#include "fairlead/middleware/registry.hpp"
#include "fairlead/service.hpp"

namespace fairlead {

/// A whole program around services: flags, environment, configuration file, signals, logging,
/// graceful stop. A generated main is this and no more:
///
///   int main(int argc, char** argv) {
///     fairlead::App app("calc");
///     app.add(calc::CalcService::bind(std::make_shared<Calc>()));
///     return app.run(argc, argv);
///   }
class App {
 public:
  /// `name` is the command's name, for help and the NATS connection.
  explicit App(std::string name);
  ~App();
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  /// Hosts a service. Its handlers are shared by all loops and worker threads.
  void add(Service service);

  /// Puts a middleware around all calls, inside of those added before; or around those of one
  /// service or method, `calc.Calc` or `calc.Calc.Average`. All loops share it. A name that no
  /// service of this program has is an error of `run` (exit code 2). See Middleware.
  void add_middleware(std::shared_ptr<Middleware> middleware);
  void add_middleware(const std::string& name, std::shared_ptr<Middleware> middleware);

  /// Gives a middleware a name by which the configuration file can ask for it.
  void register_middleware(const std::string& name, MiddlewareFactory factory);

  /// Runs the command line and returns the exit code: 0 after a stop in good order, 1 if the
  /// service could not start or lost its connection for good, 2 for wrong flags, environment or
  /// configuration, 3 if work was given up because a stop took too long or a second signal came.
  /// Where threads may still be in such work it ends the process instead of returning.
  int run(int argc, const char* const* argv);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fairlead
