#include "nats/server_pool.hpp"

#include <gtest/gtest.h>

#include "core/strings.hpp"

namespace fairlead::nats {
namespace {

PoolOptions in_order() {
  PoolOptions options;
  options.randomize = false;
  options.jitter = options.tls_jitter = std::chrono::milliseconds(0);
  return options;
}

ServerPool pool_of(std::string_view urls, PoolOptions options = in_order()) {
  return ServerPool(*parse_servers(urls), std::move(options));
}

std::string next(ServerPool& pool) {
  return to_string(pool.next());
}

void fail(ServerPool& pool, std::string_view why = "refused") {
  pool.on_failed(absl::UnavailableError(to_absl(why)), false);
}

void refuse(ServerPool& pool) {
  pool.on_failed(absl::UnauthenticatedError("Authorization Violation"), true);
}

TEST(ServerPool, AtFirstEachServerIsTriedOnce) {
  ServerPool pool = pool_of("a,b:4223");
  EXPECT_EQ(next(pool), "connect a:4222");
  fail(pool);
  EXPECT_EQ(next(pool), "connect b:4223");
  fail(pool, "no such name");
  EXPECT_EQ(next(pool),
            "give up UNAVAILABLE: no connection to NATS: a:4222: refused; b:4223: no such name");
}

TEST(ServerPool, TheFirstConnectionMayBeTriedAgainAndAgain) {
  PoolOptions options = in_order();
  options.keep_trying_first = true;
  ServerPool pool = pool_of("a", options);
  EXPECT_EQ(next(pool), "connect a:4222");
  fail(pool);
  EXPECT_EQ(next(pool), "wait 2000 ms");
  EXPECT_EQ(next(pool), "connect a:4222");
  fail(pool);
  EXPECT_EQ(next(pool), "wait 2000 ms");
}

TEST(ServerPool, WhatTheProgramHasWrongIsNotTriedAgain) {
  PoolOptions options = in_order();
  options.keep_trying_first = true;
  ServerPool pool = pool_of("a", options);
  next(pool);
  pool.on_failed(absl::InvalidArgumentError("no such file"), false);
  EXPECT_EQ(next(pool), "give up INVALID_ARGUMENT: no connection to NATS: a:4222: no such file");
}

TEST(ServerPool, AfterALossAllAreTriedAtOnceAndTheLostOneLast) {
  ServerPool pool = pool_of("a,b,c");
  next(pool);
  pool.on_connected();
  pool.on_lost(absl::UnavailableError("closed"), false);
  EXPECT_EQ(next(pool), "connect b:4222");
  fail(pool);
  EXPECT_EQ(next(pool), "connect c:4222");
  fail(pool);
  EXPECT_EQ(next(pool), "connect a:4222");
  fail(pool);
  EXPECT_EQ(next(pool), "wait 2000 ms");
  EXPECT_EQ(next(pool), "connect b:4222");
  pool.on_connected();
}

TEST(ServerPool, AServerIsGivenUpAfterItsAttempts) {
  PoolOptions options = in_order();
  options.max_reconnects = 2;
  ServerPool pool = pool_of("a,b", options);
  next(pool);
  pool.on_connected();
  pool.on_lost(absl::UnavailableError("closed"), false);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(next(pool), "connect b:4222");
    fail(pool);
    EXPECT_EQ(next(pool), "connect a:4222");
    fail(pool);
    if (round == 0) {
      EXPECT_EQ(next(pool), "wait 2000 ms");
    }
  }
  EXPECT_EQ(
      next(pool),
      "give up UNAVAILABLE: the connection to NATS is lost: b:4222: refused; a:4222: refused");
}

TEST(ServerPool, ConnectingAgainForgivesWhatWasBefore) {
  PoolOptions options = in_order();
  options.max_reconnects = 2;
  ServerPool pool = pool_of("a", options);
  next(pool);
  pool.on_connected();
  for (int i = 0; i < 5; ++i) {
    pool.on_lost(absl::UnavailableError("closed"), false);
    EXPECT_EQ(next(pool), "connect a:4222");
    fail(pool);
    EXPECT_EQ(next(pool), "wait 2000 ms");
    EXPECT_EQ(next(pool), "connect a:4222");
    pool.on_connected();
  }
}

TEST(ServerPool, NoReconnectionAtAll) {
  PoolOptions options = in_order();
  options.max_reconnects = 0;
  ServerPool pool = pool_of("a,b", options);
  next(pool);
  pool.on_connected();
  pool.on_lost(absl::UnavailableError("closed"), false);
  EXPECT_EQ(next(pool), "give up UNAVAILABLE: the connection to NATS is lost: a:4222: closed");
}

TEST(ServerPool, BackoffDecidesTheWait) {
  PoolOptions options = in_order();
  options.max_reconnects = -1;
  options.backoff = [](int round) { return std::chrono::milliseconds(10 << round); };
  ServerPool pool = pool_of("a", options);
  next(pool);
  pool.on_connected();
  pool.on_lost(absl::UnavailableError("closed"), false);
  std::string waits;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(next(pool), "connect a:4222");
    fail(pool);
    append(waits, next(pool), ", ");
  }
  EXPECT_EQ(waits, "wait 20 ms, wait 40 ms, wait 80 ms, ");
}

TEST(ServerPool, TheSameRefusalTwiceIsTheEnd) {
  PoolOptions options = in_order();
  options.max_reconnects = -1;
  ServerPool pool = pool_of("a,b", options);
  next(pool);
  pool.on_connected();
  pool.on_lost(absl::UnauthenticatedError("User Authentication Expired"), true);
  EXPECT_EQ(next(pool), "connect b:4222");
  refuse(pool);
  EXPECT_EQ(next(pool), "connect a:4222");
  refuse(pool);
  EXPECT_EQ(next(pool), "wait 2000 ms");
  EXPECT_EQ(next(pool), "connect b:4222");
  refuse(pool);
  EXPECT_EQ(next(pool),
            "give up UNAUTHENTICATED: b:4222: Authorization Violation (twice, so it is not tried "
            "again)");
}

TEST(ServerPool, ServicesGoOnWhenTheyAreRefused) {
  PoolOptions options = in_order();
  options.max_reconnects = -1;
  options.ignore_auth_errors = true;
  ServerPool pool = pool_of("a", options);
  next(pool);
  pool.on_connected();
  pool.on_lost(absl::UnavailableError("closed"), false);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(next(pool), "connect a:4222");
    refuse(pool);
    EXPECT_EQ(next(pool), "wait 2000 ms");
  }
}

TEST(ServerPool, TheClustersServersComeAndGo) {
  ServerPool pool = pool_of("nats://me:secret@a");
  next(pool);
  pool.on_connected();
  pool.on_servers({"a:4222", "b:4222", "c:4222", "not an address"});
  pool.on_servers({"a:4222", "c:4222", "d:4222"});
  pool.on_servers({});
  pool.on_lost(absl::UnavailableError("closed"), false);
  const ServerPool::Step step = pool.next();
  EXPECT_EQ(to_string(step), "connect c:4222");
  EXPECT_EQ(step.server.user, "me");
  EXPECT_EQ(step.server.password, "secret");
  fail(pool);
  EXPECT_EQ(next(pool), "connect d:4222");
  fail(pool);
  EXPECT_EQ(next(pool), "connect a:4222");
}

TEST(ServerPool, ServersKnownByAddressBearTheNameOfTheUrl) {
  ServerPool pool = pool_of("tls://nats.example");
  next(pool);
  pool.on_connected();
  pool.on_servers({"10.0.0.1:4222", "other.example:4222"});
  pool.on_lost(absl::UnavailableError("closed"), false);
  const ServerPool::Step first = pool.next();
  EXPECT_TRUE(first.server.tls);
  EXPECT_EQ(first.server.tls_name, "nats.example");
  fail(pool);
  EXPECT_EQ(pool.next().server.tls_name, "");
}

TEST(ServerPool, ALameDuckIsLeftForAnother) {
  ServerPool pool = pool_of("a,b,c");
  next(pool);
  pool.on_connected();
  EXPECT_TRUE(pool.on_lame_duck());
  EXPECT_FALSE(pool.on_lame_duck());  // once is enough
  EXPECT_EQ(next(pool), "connect b:4222");
  fail(pool);
  EXPECT_EQ(next(pool), "connect c:4222");
  pool.on_connected();
  pool.on_lost(absl::UnavailableError("closed"), false);
  EXPECT_EQ(next(pool), "connect a:4222");
}

TEST(ServerPool, ALameDuckWithoutOthersIsKept) {
  ServerPool alone = pool_of("a");
  next(alone);
  alone.on_connected();
  EXPECT_FALSE(alone.on_lame_duck());

  ServerPool pool = pool_of("a,b");
  next(pool);
  pool.on_connected();
  EXPECT_TRUE(pool.on_lame_duck());
  EXPECT_EQ(next(pool), "connect b:4222");
  fail(pool);
  EXPECT_EQ(next(pool), "give up UNAVAILABLE: no other server can be reached");
  pool.on_stay();
  pool.on_lost(absl::UnavailableError("closed"), false);
  EXPECT_EQ(next(pool), "connect b:4222");
}

TEST(ServerPool, RandomOrderSpreadsClients) {
  std::string orders;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    PoolOptions options;
    options.seed = seed;
    ServerPool pool = pool_of("a,b", options);
    orders += next(pool).substr(8, 1);
  }
  EXPECT_NE(orders.find('a'), std::string::npos);
  EXPECT_NE(orders.find('b'), std::string::npos);
}

}  // namespace
}  // namespace fairlead::nats
