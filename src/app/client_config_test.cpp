#include "app/client_config.hpp"

#include <gtest/gtest.h>

#include "core/strings.hpp"

namespace fairlead {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string error(const std::string& text) {
  const auto options = parse_client_options(text, "client.yaml");
  if (options.ok()) return "no error";
  EXPECT_TRUE(absl::IsInvalidArgument(options.status()));
  return std::string(message_of(options.status()));
}

TEST(ClientConfig, HasTheWordsOfTheProto) {
  const auto options = parse_client_options(
      "timeout: 2s\n"
      "prefix: staging\n"
      "retry: on\n"
      "throttle: off\n"
      "breaker: { failure_ratio: 0.3, min_calls: 50, window: 20s, open_time: 10s, probes: 3 }\n"
      "methods:\n"
      "  calc.Calc.Average:\n"
      "    timeout: 500ms\n"
      "    hedge:\n"
      "      percentile: 99\n"
      "      max_ratio: 0.02\n"
      "    retry: { attempts: 4, initial_backoff: 50ms, max_backoff: 200ms, multiplier: 1.5,\n"
      "             budget_ratio: 0.1, budget_per_second: 0 }\n"
      "    throttle: { multiplier: 1.5, window: 1m }\n",
      "client.yaml");
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->prefix(), "staging");
  EXPECT_EQ(options->timeout(), seconds(2));
  const CallPolicy& all = options->policy();
  ASSERT_NE(all.retry(), nullptr);
  EXPECT_EQ(all.retry()->attempts(), 3);
  EXPECT_EQ(all.throttle(), nullptr);
  ASSERT_NE(all.breaker(), nullptr);
  EXPECT_EQ(all.breaker()->failure_ratio(), 0.3);
  EXPECT_EQ(all.breaker()->min_calls(), 50);
  EXPECT_EQ(all.breaker()->window(), seconds(20));
  EXPECT_EQ(all.breaker()->open_time(), seconds(10));
  EXPECT_EQ(all.breaker()->probes(), 3);
  const CallPolicy& average = options->method_policies().at("calc.Calc.Average");
  EXPECT_EQ(average.timeout(), milliseconds(500));
  EXPECT_EQ(average.hedge()->percentile(), 99);
  EXPECT_EQ(average.hedge()->max_ratio(), 0.02);
  EXPECT_EQ(average.retry()->attempts(), 4);
  EXPECT_EQ(average.retry()->initial_backoff(), milliseconds(50));
  EXPECT_EQ(average.retry()->max_backoff(), milliseconds(200));
  EXPECT_EQ(average.retry()->multiplier(), 1.5);
  EXPECT_EQ(average.retry()->budget_ratio(), 0.1);
  EXPECT_EQ(average.retry()->budget_per_second(), 0);
  EXPECT_EQ(average.throttle()->multiplier(), 1.5);
  EXPECT_EQ(average.throttle()->window(), seconds(60));
  EXPECT_EQ(average.breaker(), nullptr);
}

TEST(ClientConfig, AFileWithNothingInItSetsNothing) {
  const auto options = parse_client_options("# nothing\n", "client.yaml");
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->policy().retry(), nullptr);
  EXPECT_FALSE(options->prefix().has_value());
}

TEST(ClientConfig, SaysWhichWayCallsTake) {
  const auto options = parse_client_options("route: direct\n", "client.yaml");
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->route(), RouteChoice::kDirect);
}

TEST(ClientConfig, UnknownNamesAreErrorsWithTheNearestKnownOne) {
  EXPECT_EQ(error("timeout: 1s\nretrie: on\n"),
            "client.yaml:2: unknown name \"retrie\"; do you mean \"retry\"?");
  EXPECT_EQ(error("retry:\n  attemps: 2\n"),
            "client.yaml:2: unknown name \"attemps\"; do you mean \"attempts\"?");
  EXPECT_EQ(error("methods:\n  Average:\n    prefix: p\n"),
            "client.yaml:3: unknown name \"prefix\"; known are timeout, retry, throttle, breaker, "
            "hedge, middleware");
}

TEST(ClientConfig, WrongValuesAreErrorsWithTheirPlace) {
  EXPECT_EQ(error("timeout: 2\n"),
            "client.yaml:1: timeout: a time such as 500ms or 2s is expected");
  EXPECT_EQ(error("retry: yes\n"),
            "client.yaml:1: retry: on, off or numbers such as `{attempts: …}` are expected");
  EXPECT_EQ(error("retry:\n  attempts: many\n"),
            "client.yaml:2: attempts: a whole number is expected");
  EXPECT_EQ(error("retry:\n  attempts: 6\n"), "client.yaml:1: retry: attempts must be from 1 to 5");
  EXPECT_EQ(error("hedge: { max_ratio: nan }\n"),
            "client.yaml:1: max_ratio: a number such as 0.5 or 2 is expected");
  EXPECT_EQ(error("breaker: { window: 5 }\n"),
            "client.yaml:1: window: a time such as 100ms or 2s is expected");
  EXPECT_EQ(error("route: straight\n"),
            "client.yaml:1: route: auto, nats, local or direct is expected");
  EXPECT_EQ(error("prefix: [a]\n"),
            "client.yaml:1: prefix: part of a subject such as staging or eu.staging is expected");
}

TEST(ClientConfig, WrongShapesAreErrorsWithTheirPlace) {
  EXPECT_EQ(error("- retry\n"), "client.yaml:1: lines such as `retry: on` are expected");
  EXPECT_EQ(error("retry: on\nretry: off\n"),
            "client.yaml:2: retry is given a second time; the first is at client.yaml:1");
  EXPECT_EQ(error("methods: Average\n"),
            "client.yaml:1: methods: names of methods such as `calc.Calc.Average:` are expected");
  EXPECT_EQ(error("methods:\n  Average: on\n"),
            "client.yaml:2: Average: lines such as `retry: on` are expected");
  EXPECT_TRUE(error("retry: {\n").starts_with("client.yaml:2: not YAML: ")) << error("retry: {\n");
}

TEST(ClientConfig, AFileThatIsNotThereIsNotFound) {
  const auto options = load_client_options("/nowhere/client.yaml");
  EXPECT_EQ(options.status().ToString(),
            "NOT_FOUND: the file of client options /nowhere/client.yaml cannot be read: No such "
            "file or directory");
}

}  // namespace
}  // namespace fairlead
