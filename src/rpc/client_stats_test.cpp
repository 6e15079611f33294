#include "rpc/client_stats.hpp"

#include <gtest/gtest.h>

#include "fairlead/loop.hpp"

namespace fairlead::rpc {
namespace {

using namespace std::chrono_literals;

TEST(ClientStats, AreTheSameForAllClientsOfALoop) {
  Loop loop;
  auto& stats = loop.core().resource<ClientStats>();
  EXPECT_EQ(stats.of("calc.Calc", "Add"), stats.of("calc.Calc", "Add"));
  EXPECT_NE(stats.of("calc.Calc", "Add"), stats.of("calc.Other", "Add"));
  EXPECT_EQ(stats.methods().size(), 2u);
}

TEST(ClientStats, TooManyMethodsBecomeOne) {
  Loop loop;
  auto& stats = loop.core().resource<ClientStats>();
  for (std::size_t i = 0; i < ClientStats::kMaxMethods + 10; ++i) {
    stats.of("calc.Calc", "Add" + std::to_string(i));
  }
  EXPECT_EQ(stats.methods().size(), ClientStats::kMaxMethods + 1);
  EXPECT_EQ(stats.of("new.New", "Do")->service, "other");
  EXPECT_EQ(stats.of("calc.Calc", "Add7")->method, "Add7");
}

TEST(MeasuredCall, CountsByRouteAndStatus) {
  ClientMethodStats stats;
  {
    MeasuredCall call(stats, Deadline::Clock::now() - 1s);
    EXPECT_EQ(stats.in_flight, 1u);
    call.set_route(RouteKind::kLocal);
    EXPECT_TRUE(absl::IsNotFound(call.ended(absl::NotFoundError("x"))));
  }
  EXPECT_EQ(stats.in_flight, 0u);
  EXPECT_EQ(stats.by_route[static_cast<std::size_t>(RouteKind::kNats)], nullptr);
  const MethodStats& local = *stats.by_route[static_cast<std::size_t>(RouteKind::kLocal)];
  EXPECT_EQ(local.requests, 1u);
  EXPECT_EQ(local.by_code[5], 1u);
  EXPECT_GE(local.processing_time, 1s);
  { const MeasuredCall lost(stats, Deadline::Clock::now()); }
  EXPECT_EQ(local.requests, 1u);
  EXPECT_EQ(stats.in_flight, 0u);
}

TEST(MeasuredCall, EndsWhenItIsSaidToHaveEnded) {
  ClientMethodStats stats;
  const auto start = Deadline::Clock::now() - 1h;
  MeasuredCall call(stats, start);
  call.set_end(start + 5ms);
  EXPECT_TRUE(call.ended(absl::OkStatus()).ok());
  const MethodStats& nats = *stats.by_route[static_cast<std::size_t>(RouteKind::kNats)];
  EXPECT_EQ(nats.processing_time, 5ms);
  call.end_now();
  EXPECT_TRUE(call.ended(absl::OkStatus()).ok());
  EXPECT_GE(nats.processing_time, 1h);
}

}  // namespace
}  // namespace fairlead::rpc
