#pragma once

#include <memory>
#include <string>

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
