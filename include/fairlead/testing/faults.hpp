#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include <absl/status/status.h>

#include "fairlead/channel.hpp"
#include "fairlead/testing/fault.hpp"

namespace fairlead::testing {

/// What goes wrong between clients and services, at the place of the network: within retries,
/// breakers and hedges, which so can be tested.
///
///   fairlead::testing::Faults faults;
///   fairlead::testing::Host host(service, HostOptions().set_faults(faults));
///   faults.fail("Average", absl::UnavailableError("the connection was lost")).times(2);
///   faults.delay("calc.Calc.Add", 50ms);
///   faults.drop("*").with_probability(0.1);
///
/// A method is named alone, with its service, or by "*", which is all. All faults that are for a
/// call befall it, in the order in which they were made: delays add up, and the first that ends the
/// call is the last. Streams are not concerned; of one-way calls delays are not.
///
/// A handle, cheap to copy; used from any thread.
class Faults {
 public:
  /// The same seed draws the same numbers for faults that have a probability.
  explicit Faults(std::uint64_t seed = 1);

  /// Calls fail with `status`. Throws std::invalid_argument if it is OK.
  Fault fail(const std::string& method, absl::Status status);
  /// Calls are never answered: they end with their deadline, or are given up.
  Fault drop(const std::string& method);
  /// Calls take longer by `delay`; a negative one is zero.
  Fault delay(const std::string& method, std::chrono::milliseconds delay);

  /// Nothing goes wrong any more.
  void clear();

  /// The channel with these faults on it: what befalls the clients that are made on it, wherever
  /// the service is. Channels that are made so outlive this object.
  Channel on(const Channel& channel) const;

 private:
  class State;
  std::shared_ptr<State> state_;
};

}  // namespace fairlead::testing
