#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "fairlead/testing/host.hpp"

#include "probe.fairlead.hpp"
#include "tests/integration/probe.hpp"

namespace fairlead::testing {

/// An instance of the probe service on a loop of its own, with NATS at `url`, or without if that is
/// empty.
class ProbeInstance {
 public:
  explicit ProbeInstance(const std::string& url, ServerOptions options = ServerOptions())
      : host_(probe::v1::ProbeService::bind(probe_),
              HostOptions().set_nats(url).set_server(std::move(options))) {}
  ~ProbeInstance() { EXPECT_TRUE(stop(std::chrono::seconds(10)).ok()); }

  absl::Status stop(std::chrono::milliseconds timeout) { return host_.stop(timeout); }

  Probe& probe() { return *probe_; }
  Loop& loop() { return host_.loop(); }
  Server& server() { return host_.server(); }
  /// For clients of the instance's own loop.
  const Channel& channel() const { return host_.channel(); }

 private:
  std::shared_ptr<Probe> probe_ = std::make_shared<Probe>();
  Host host_;
};

}  // namespace fairlead::testing
