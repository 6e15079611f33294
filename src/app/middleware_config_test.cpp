#include "app/middleware_config.hpp"

#include <gtest/gtest.h>

#include "app/client_config.hpp"
#include "core/strings.hpp"

namespace fairlead {
namespace {

/// A registry with a middleware that has settings of its own.
class Registry : public MiddlewareRegistry {
 public:
  Registry() {
    add("audit",
        [this](MiddlewareSettings& settings) -> absl::StatusOr<std::shared_ptr<Middleware>> {
          file = settings.text("file", "audit.log");
          every = settings.duration("every", std::chrono::seconds(1));
          sync = settings.flag("sync", false);
          if (file == "/dev/full") return absl::UnavailableError("/dev/full is full");
          return std::make_shared<Middleware>();
        });
  }
  std::string file;
  std::chrono::milliseconds every{};
  bool sync = false;
};

std::string error(const std::string& text) {
  const auto named = parse_service_middlewares(text, "shop.yaml", Registry());
  if (named.ok()) return "no error";
  EXPECT_TRUE(absl::IsInvalidArgument(named.status()));
  return std::string(message_of(named.status()));
}

TEST(MiddlewareConfig, NamesThemForAllForServicesAndForMethods) {
  Registry registry;
  const auto named = parse_service_middlewares(
      "loops: 2\n"
      "middleware: [logging, recovery]\n"
      "services:\n"
      "  shop.v1.Shop:\n"
      "    middleware:\n"
      "      - validation\n"
      "    methods:\n"
      "      Place:\n"
      "        middleware:\n"
      "          - rate-limit: { calls_per_second: 100, burst: 20, key: metadata:tenant }\n"
      "          - audit: { file: /tmp/audit, every: 2s, sync: true }\n",
      "shop.yaml", registry);
  ASSERT_TRUE(named.ok()) << named.status();
  ASSERT_EQ(named->size(), 3u);
  EXPECT_EQ(named->at("").size(), 2u);
  EXPECT_EQ(named->at("shop.v1.Shop").size(), 1u);
  EXPECT_EQ(named->at("shop.v1.Shop.Place").size(), 2u);
  EXPECT_EQ(registry.file, "/tmp/audit");
  EXPECT_EQ(registry.every, std::chrono::seconds(2));
  EXPECT_TRUE(registry.sync);
}

TEST(MiddlewareConfig, SaysWhereItIsWrong) {
  EXPECT_EQ(error("middleware: logging\n"),
            "shop.yaml:1: a list of middlewares is expected, such as `[logging, validation]`");
  EXPECT_EQ(error("middleware:\n  - loging\n"),
            "shop.yaml:2: there is no middleware \"loging\"; do you mean \"logging\"?");
  EXPECT_EQ(error("middleware: [rate-limit]\n"),
            "shop.yaml:1: rate-limit: calls_per_second: a number such as 100 is expected");
  EXPECT_EQ(error("middleware:\n  - rate-limit: { calls_per_second: none }\n"),
            "shop.yaml:2: calls_per_second: a number from 0.001 to 1e+09 is expected");
  EXPECT_EQ(error("middleware:\n  - rate-limit: { calls_per_second: 1, bursts: 2 }\n"),
            "shop.yaml:2: bursts: the middleware has no such setting; do you mean \"burst\"?");
  EXPECT_EQ(error("middleware:\n  - rate-limit: { calls_per_second: 1, key: x }\n"),
            "shop.yaml:2: key: caller, or metadata:NAME, is expected");
  EXPECT_EQ(error("middleware:\n  - recovery: { now: 1 }\n"),
            "shop.yaml:2: now: the middleware has no such setting; it has none");
  EXPECT_EQ(error("middleware:\n  - rate-limit: 100\n"),
            "shop.yaml:2: rate-limit: settings such as `{ calls_per_second: 100 }` are expected");
  EXPECT_EQ(error("middleware:\n  - { logging: {}, recovery: {} }\n"),
            "shop.yaml:2: the name of a middleware is expected, alone or with its settings, such "
            "as `rate-limit: { calls_per_second: 100 }`");
  EXPECT_EQ(error("middleware:\n  - audit: { file: /dev/full }\n"),
            "shop.yaml:2: audit: /dev/full is full");
  EXPECT_EQ(error("services:\n  shop.v1.Shop: { methds: {} }\n"),
            "shop.yaml:2: unknown name \"methds\"; do you mean \"methods\"?");
  EXPECT_EQ(error("services:\n  shop.v1.Shop: [logging]\n"),
            "shop.yaml:2: shop.v1.Shop: `middleware:` or `methods:` is expected");
  EXPECT_EQ(error("services:\n  shop.v1.Shop:\n    methods:\n      Place: 1\n"),
            "shop.yaml:4: Place: `middleware:` is expected");
}

TEST(MiddlewareConfig, IsPartOfAClientsOptions) {
  const auto options = parse_client_options(
      "middleware: [logging]\n"
      "methods:\n"
      "  shop.v1.Shop.Place:\n"
      "    middleware: [validation, rate-limit: { calls_per_second: 5 }]\n",
      "client.yaml");
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->middlewares().at("").size(), 1u);
  EXPECT_EQ(options->middlewares().at("shop.v1.Shop.Place").size(), 2u);
}

}  // namespace
}  // namespace fairlead
