// Middlewares around calls of all kinds, in a service and in a client.
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fairlead/block_on.hpp"
#include "fairlead/client_stream.hpp"
#include "fairlead/middleware/authentication.hpp"
#include "fairlead/middleware/logging.hpp"
#include "fairlead/middleware/rate_limit.hpp"
#include "fairlead/middleware/recovery.hpp"
#include "fairlead/middleware/validation.hpp"
#include "fairlead/status.hpp"
#include "fairlead/task_scope.hpp"
#include "fairlead/testing/host.hpp"
#include "fairlead/testing/nats_server.hpp"

#include "core/strings.hpp"
#include "middleware_probe.fairlead.hpp"

namespace fairlead {
namespace {

using shop::v1::Line;
using shop::v1::Order;
using shop::v1::Receipt;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Host;
using testing::HostOptions;

/// What happened, in its order.
class Journal {
 public:
  void add(std::string what) {
    const std::lock_guard lock(mutex_);
    entries_.push_back(std::move(what));
    changed_.notify_all();
  }
  std::vector<std::string> entries() const {
    const std::lock_guard lock(mutex_);
    return entries_;
  }
  void await(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return entries_.size() >= count; });
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> entries_;
};

struct Shop {
  Task<absl::StatusOr<Receipt>> Place(Context& context, Order order) {
    journal.add("handler");
    co_return receipt(context, order);
  }
  Receipt PlaceBlocking(Context& context, const Order& order) {
    journal.add(std::this_thread::get_id() == loop_thread ? "handler on the loop" : "handler");
    return receipt(context, order);
  }
  Task<absl::StatusOr<Receipt>> Fail(Order) {
    throw std::runtime_error("a secret");
    co_return Receipt();
  }
  Receipt FailBlocking(const Order&) { throw std::runtime_error("a secret"); }
  void Note(const Order&) { journal.add("handler"); }
  Task<absl::Status> Split(Order order, ServerWriter<Line>& stream) {
    for (const Line& line : order.lines()) {
      absl::Status status = co_await stream.write(line);
      if (!status.ok()) co_return status;
    }
    co_return absl::OkStatus();
  }
  Task<absl::StatusOr<Receipt>> Join(ServerReader<Line>& stream) {
    Receipt total;
    while (auto line = co_await stream.read()) total.set_pieces(total.pieces() + line->pieces());
    if (!stream.status().ok()) journal.add("handler: " + stream.status().ToString());
    co_return total;  // whatever the status, as a careless handler does
  }
  Task<absl::Status> Echo(ServerReaderWriter<Line, Line>& stream) {
    Line line;
    bool more = co_await stream.read(line);
    while (more) {
      absl::Status status = co_await stream.write(line);
      if (!status.ok()) co_return status;
      more = co_await stream.read(line);
    }
    co_return stream.status();
  }

  static Receipt receipt(Context& context, const Order& order) {
    Receipt made;
    made.set_text(order.customer());
    if (const auto tag = context.metadata().get("tag")) made.set_text(std::string(*tag));
    if (context.identity()) made.set_text(context.identity()->name());
    for (const Line& line : order.lines()) made.set_pieces(made.pieces() + line.pieces());
    return made;
  }

  Journal journal;
  std::thread::id loop_thread;
};

/// Writes down what it sees.
class Witness final : public Middleware {
 public:
  Witness(Journal& journal, std::string name) : journal_(journal), name_(std::move(name)) {}

  Task<absl::Status> handle(MiddlewareCall& call, Next next) override {
    journal_.add(concat(name_, " > ", call.method().name));
    absl::Status status = co_await next();
    journal_.add(concat(name_, " < ", status.ok() ? "OK" : status.ToString()));
    co_return status;
  }
  absl::Status on_message(MiddlewareCall&, MessageDirection direction,
                          const google::protobuf::Message& message) override {
    const bool request = direction == MessageDirection::kRequest;
    journal_.add(concat(name_, request ? " request " : " response ", message.ShortDebugString()));
    return absl::OkStatus();
  }

 private:
  Journal& journal_;
  const std::string name_;
};

/// A middleware of one function.
class Around final : public Middleware {
 public:
  using Handle = std::function<Task<absl::Status>(MiddlewareCall&, Next)>;
  explicit Around(Handle handle) : handle_(std::move(handle)) {}
  Task<absl::Status> handle(MiddlewareCall& call, Next next) override {
    return handle_(call, next);
  }

 private:
  const Handle handle_;
};

/// Code and message, wherever it was made.
std::string text(const absl::Status& status) {
  return absl::Status(status.code(), status.message()).ToString();
}

Order order(const std::string& customer, int pieces = 1) {
  Order made;
  made.set_customer(customer);
  Line& line = *made.add_lines();
  line.set_article("rope");
  line.set_pieces(pieces);
  return made;
}

Line line(const std::string& article, int pieces) {
  Line made;
  made.set_article(article);
  made.set_pieces(pieces);
  return made;
}

/// A shop and its clients: within the process, or through NATS.
class MiddlewareTest : public ::testing::TestWithParam<bool> {
 protected:
  MiddlewareTest() {
    if (GetParam()) nats_.emplace();
  }

  void start(ServerOptions options = ServerOptions()) {
    HostOptions host;
    host.set_server(std::move(options));
    if (nats_) host.set_nats(nats_->url());
    host_.emplace(shop::v1::ShopService::bind(shop_), host);
  }
  shop::v1::ShopBlockingClient client(ClientOptions options = ClientOptions()) {
    options.set_route(nats_ ? RouteChoice::kNats : RouteChoice::kLocal);
    return shop::v1::ShopBlockingClient(host_->channel(), options);
  }
  std::shared_ptr<Middleware> witness(const std::string& name) {
    return std::make_shared<Witness>(journal(), name);
  }
  Journal& journal() { return shop_->journal; }
  std::vector<std::string> entries() { return journal().entries(); }

  const std::shared_ptr<Shop> shop_ = std::make_shared<Shop>();
  std::optional<testing::NatsServer> nats_;
  std::optional<Host> host_;
};

INSTANTIATE_TEST_SUITE_P(Routes, MiddlewareTest, ::testing::Values(false, true),
                         [](const auto& route) { return route.param ? "nats" : "local"; });

TEST_P(MiddlewareTest, StandAroundEachOtherInTheirOrder) {
  start(ServerOptions()
            .add_middleware("shop.v1.Shop.Place", witness("method"))
            .add_middleware("shop.v1.Shop", witness("service"))
            .add_middleware(witness("all"))
            .add_middleware(witness("all too")));
  auto shop = client(ClientOptions()
                         .add_middleware("Place", witness("client's method"))
                         .add_middleware(witness("client")));
  const auto placed = shop.Place(order("Ann", 2));
  ASSERT_TRUE(placed.ok()) << placed.status();
  EXPECT_EQ(placed->text(), "Ann");
  EXPECT_EQ(placed->pieces(), 2);
  EXPECT_THAT(entries(), ElementsAre("client > Place", "client's method > Place", "all > Place",
                                     "all too > Place", "service > Place", "method > Place",
                                     "handler", "method < OK", "service < OK", "all too < OK",
                                     "all < OK", "client's method < OK", "client < OK"));
}

TEST_P(MiddlewareTest, LeaveAPlainHandlerOnItsWorker) {
  start(ServerOptions().add_middleware(witness("all")));
  block_on(host_->loop(),
           [](Shop& shop) -> Task<absl::Status> {
             shop.loop_thread = std::this_thread::get_id();
             co_return absl::OkStatus();
           }(*shop_))
      .IgnoreError();
  const auto placed = client().PlaceBlocking(order("Ann", 3));
  ASSERT_TRUE(placed.ok()) << placed.status();
  EXPECT_EQ(placed->pieces(), 3);
  EXPECT_THAT(entries(), ElementsAre("all > PlaceBlocking", "handler", "all < OK"));
}

TEST_P(MiddlewareTest, MayAnswerThemselves) {
  const auto cached =
      std::make_shared<Around>([](MiddlewareCall& call, Next) -> Task<absl::Status> {
        auto& receipt = dynamic_cast<Receipt&>(*call.response());
        EXPECT_EQ(receipt.pieces(), 0) << "of the call before";
        receipt.set_text("from the cache");
        co_return absl::OkStatus();
      });
  Around& answering = *cached;
  const auto sometimes =
      std::make_shared<Around>([&](MiddlewareCall& call, Next next) -> Task<absl::Status> {
        const bool known = call.metadata().get("known").has_value();
        if (known) co_return co_await answering.handle(call, next);
        co_return co_await next();
      });
  start(ServerOptions().add_middleware(sometimes));
  Metadata known;
  ASSERT_TRUE(known.add("known", "1").ok());
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(client().Place(order("Ann", 7))->text(), "Ann");
    const auto answer = client().Place(order("Ann", 7), CallOptions().set_metadata(known));
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->text(), "from the cache");
    EXPECT_EQ(answer->pieces(), 0);
  }
  EXPECT_THAT(entries(), ElementsAre("handler", "handler"));
  // And in a client, whose service hears nothing of it.
  const auto answer = client(ClientOptions().add_middleware(cached)).Place(order("Ann"));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->text(), "from the cache");
  EXPECT_EQ(entries().size(), 2u);
}

TEST_P(MiddlewareTest, SeeAndChangeMetadataAndStatus) {
  const auto tagging =
      std::make_shared<Around>([](MiddlewareCall& call, Next next) -> Task<absl::Status> {
        EXPECT_TRUE(call.metadata().add("tag", "blue").ok());
        absl::Status status = co_await next();
        EXPECT_EQ(call.reply_metadata().get("stamp"), "seen");
        if (!status.ok()) co_return status;
        co_return absl::AbortedError("after all");
      });
  const auto stamping =
      std::make_shared<Around>([](MiddlewareCall& call, Next next) -> Task<absl::Status> {
        EXPECT_TRUE(call.reply_metadata().add("stamp", "seen").ok());
        EXPECT_EQ(dynamic_cast<const Order&>(*call.request()).customer(), "Ann");
        absl::Status status = co_await next();
        EXPECT_EQ(dynamic_cast<const Receipt&>(*call.response()).text(), "blue");
        co_return status;
      });
  start(ServerOptions().add_middleware(stamping));
  Metadata reply;
  const auto placed = client(ClientOptions().add_middleware(tagging))
                          .Place(order("Ann"), CallOptions().set_reply_metadata(&reply));
  EXPECT_EQ(placed.status(), absl::AbortedError("after all"));
  EXPECT_EQ(reply.get("stamp"), "seen");
}

TEST_P(MiddlewareTest, MayLetAClientsCallGoOnAgain) {
  const auto again = std::make_shared<Around>([](MiddlewareCall&, Next next) -> Task<absl::Status> {
    absl::Status status = co_await next();
    if (status.ok()) status = co_await next();
    co_return status;
  });
  start();
  EXPECT_TRUE(client(ClientOptions().add_middleware(again)).Place(order("Ann")).ok());
  EXPECT_THAT(entries(), ElementsAre("handler", "handler"));
}

TEST_P(MiddlewareTest, MayLetAHandlerRunButOnce) {
  const auto again = std::make_shared<Around>([](MiddlewareCall&, Next next) -> Task<absl::Status> {
    absl::Status status = co_await next();
    if (status.ok()) status = co_await next();
    co_return status;
  });
  start(ServerOptions().add_middleware(again));
  for (int i = 0; i < 2; ++i) {
    const auto placed = client().Place(order("Ann"));
    EXPECT_TRUE(absl::IsFailedPrecondition(placed.status())) << placed.status();
  }
  EXPECT_THAT(entries(), ElementsAre("handler", "handler"));
}

TEST_P(MiddlewareTest, StandAroundOneWayCalls) {
  start(ServerOptions().add_middleware(witness("service")));
  auto shop = client(ClientOptions().add_middleware(witness("client")));
  EXPECT_TRUE(shop.Note(order("Ann")).ok());
  journal().await(5);
  const auto seen = entries();
  const std::multiset<std::string> all(seen.begin(), seen.end());
  EXPECT_THAT(all, ElementsAre("client < OK", "client > Note", "handler", "service < OK",
                               "service > Note"));
}

TEST_P(MiddlewareTest, StartNoHandlerOnceTheCallHasEnded) {
  Loop* loop = nullptr;
  const auto slow = std::make_shared<Around>([&](MiddlewareCall&, Next next) -> Task<absl::Status> {
    co_await loop->sleep(std::chrono::seconds(60));
    absl::Status status = co_await next();
    journal().add(status.ToString());
    co_return status;
  });
  start(ServerOptions().add_middleware(slow));
  loop = &host_->loop();
  const auto options = CallOptions().set_timeout(std::chrono::milliseconds(50));
  EXPECT_TRUE(absl::IsDeadlineExceeded(client().Place(order("Ann"), options).status()));
  EXPECT_TRUE(absl::IsDeadlineExceeded(client().PlaceBlocking(order("Ann"), options).status()));
  journal().await(2);
  const std::string ended = "CANCELLED: the call has ended already";
  EXPECT_THAT(entries(), ElementsAre(ended, ended));
}

TEST_P(MiddlewareTest, ThatThrowAreInternalErrors) {
  const auto thrower = std::make_shared<Around>([](MiddlewareCall&, Next) -> Task<absl::Status> {
    throw std::runtime_error("a secret");
    co_return absl::OkStatus();
  });
  start(ServerOptions().add_middleware(thrower));
  const auto placed = client().Place(order("Ann"));
  EXPECT_TRUE(absl::IsInternal(placed.status())) << placed.status();
  EXPECT_THAT(std::string(message_of(placed.status())), ::testing::Not(HasSubstr("secret")));
}

TEST_P(MiddlewareTest, NamesThatNothingHasAreErrors) {
  const auto hosted = [&] {
    start(ServerOptions().add_middleware("shop.v1.Shop.Plce", witness("x")));
  };
  EXPECT_THAT(hosted, ::testing::ThrowsMessage<std::runtime_error>(
                          HasSubstr("do you mean \"shop.v1.Shop.Place\"?")));
  start();
  const auto placed =
      client(ClientOptions().add_middleware("Plce", witness("x"))).Place(order("Ann"));
  EXPECT_TRUE(absl::IsInvalidArgument(placed.status())) << placed.status();
  EXPECT_TRUE(client(ClientOptions().add_middleware("other.Shop.Plce", witness("x")))
                  .Place(order("Ann"))
                  .ok());
}

TEST_P(MiddlewareTest, RecoveryDecidesWhatCallersAreTold) {
  const auto recover = [](const MiddlewareCall& call, std::exception_ptr failure) {
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& exception) {
      return absl::DataLossError(concat(call.method().name, ": ", exception.what()));
    }
  };
  start(ServerOptions().add_middleware(witness("outside")).add_middleware(make_recovery(recover)));
  EXPECT_EQ(text(client().Fail(order("Ann")).status()), "DATA_LOSS: Fail: a secret");
  EXPECT_EQ(text(client().FailBlocking(order("Ann")).status()),
            "DATA_LOSS: FailBlocking: a secret");
  EXPECT_THAT(entries(),
              ElementsAre("outside > Fail", "outside < DATA_LOSS: Fail: a secret",
                          "outside > FailBlocking", "outside < DATA_LOSS: FailBlocking: a secret"));
  EXPECT_TRUE(client().Place(order("Ann")).ok());
}

TEST_P(MiddlewareTest, ValidationNamesTheFields) {
  start(ServerOptions().add_middleware(make_validation()));
  EXPECT_TRUE(client().Place(order("Ann")).ok());
  Order wrong = order("Ann", 0);
  *wrong.add_lines() = line("Rope 2", 101);
  const absl::Status status = client().PlaceBlocking(wrong).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(std::string(message_of(status)),
            "shop.v1.Order: lines[0].pieces must be at least 1, is 0; lines[1].article must match "
            "^[a-z]+$; lines[1].pieces must be at most 100, is 101");
  EXPECT_EQ(status_origin(status), Origin::kRemote);
  // In a client the wrong request is not sent at all.
  const absl::Status local =
      client(ClientOptions().add_middleware(make_validation())).Place(wrong).status();
  EXPECT_EQ(local.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status_origin(local), Origin::kLocal);
  EXPECT_THAT(entries(), ElementsAre("handler"));
}

Task<absl::StatusOr<Identity>> check_token(const Credentials& credentials) {
  if (credentials.bearer() == "open sesame") co_return Identity("Ali").set_claim("role", "hero");
  co_return absl::UnauthenticatedError("the token is not known");
}

TEST_P(MiddlewareTest, AuthenticationSaysWhoCalls) {
  const auto role =
      std::make_shared<Around>([](MiddlewareCall& call, Next next) -> Task<absl::Status> {
        EXPECT_EQ(call.context()->identity()->claim("role"), "hero");
        return next();
      });
  start(ServerOptions().add_middleware(make_authentication(check_token)).add_middleware(role));
  const auto call = [&](const char* value) {
    Metadata metadata;
    if (*value) {
      EXPECT_TRUE(metadata.add("authorization", value).ok());
    }
    return client().PlaceBlocking(order("Ann"), CallOptions().set_metadata(metadata));
  };
  const auto known = call("bearer  open sesame");
  ASSERT_TRUE(known.ok()) << known.status();
  EXPECT_EQ(known->text(), "Ali");
  EXPECT_EQ(text(call("Bearer other").status()), "UNAUTHENTICATED: the token is not known");
  for (const char* nothing : {"", "Basic abc", "Bearer"}) {
    EXPECT_TRUE(absl::IsUnauthenticated(call(nothing).status())) << nothing;
  }
  EXPECT_THAT(entries(), ElementsAre("handler"));
}

// The server tells the service who calls from another account, and overwrites what a caller says.
TEST(Authentication, KnowsTheUserOfANatsConnection) {
  const testing::NatsServer nats({}, R"(
    accounts {
      SHOP { users: [{ user: shop, password: s }],
             exports: [{ service: "shop.v1.Shop.>" }] }
      BUYERS { users: [{ user: ann, password: a }],
               imports: [{ service: { account: SHOP, subject: "shop.v1.Shop.>" }, share: true }] }
    })");
  const auto at = [&](const std::string& user) { return "nats://" + user + "@" + nats.address(); };
  const auto authenticate = [](const Credentials& credentials) -> Task<absl::StatusOr<Identity>> {
    co_return Identity(concat(credentials.nats_account(), "/", credentials.nats_user()));
  };
  const auto call = [&](const std::string& user, bool trust) {
    const auto options = AuthenticationOptions().set_trust_nats(trust);
    HostOptions host;
    host.set_nats(at("shop:s"));
    host.set_server(ServerOptions().add_middleware(make_authentication(authenticate, options)));
    const Host shop(shop::v1::ShopService::bind(std::make_shared<Shop>()), host);
    LoopThread thread;
    auto connection = nats::connect_and_wait(thread.loop(), nats::ConnectOptions(at(user)));
    EXPECT_TRUE(connection.ok()) << connection.status();
    const auto made = shop::v1::ShopBlockingClient(*connection).Place(order("Ann"));
    return made.ok() ? made->text() : text(made.status()).substr(0, 15);
  };
  EXPECT_EQ(call("ann:a", true), "BUYERS/ann");
  EXPECT_EQ(call("ann:a", false), "UNAUTHENTICATED");
  // Within the account the server tells nothing.
  EXPECT_EQ(call("shop:s", true), "UNAUTHENTICATED");
}

TEST_P(MiddlewareTest, RateLimitTellsWhenToComeBack) {
  start(ServerOptions().add_middleware(
      make_rate_limit(RateLimitOptions(0.01).set_burst(2).set_key("tenant"))));
  const auto call = [&](const char* tenant) {
    Metadata metadata;
    EXPECT_TRUE(metadata.add("tenant", tenant).ok());
    return client().Place(order("Ann"), CallOptions().set_metadata(metadata)).status();
  };
  EXPECT_TRUE(call("a").ok());
  EXPECT_TRUE(call("a").ok());
  const absl::Status refused = call("a");
  EXPECT_TRUE(absl::IsResourceExhausted(refused)) << refused;
  EXPECT_FALSE(may_have_executed(refused));
  const auto pushback = retry_pushback(refused);
  ASSERT_TRUE(pushback);
  EXPECT_GT(*pushback, std::chrono::seconds(60));
  EXPECT_LE(*pushback, std::chrono::seconds(100));
  EXPECT_TRUE(call("b").ok());
}

/// Keeps log lines as `level message key=value…`.
class Lines final : public LogSink {
 public:
  void write(LogLevel level, std::string_view message,
             const std::vector<std::pair<std::string, std::string>>& context,
             std::initializer_list<LogField> fields) override {
    std::string text = concat(static_cast<int>(level), " ", message);
    for (const auto& [key, value] : context) append(text, " ", key, "=", value);
    for (const auto& [key, value] : fields) {
      if (key != "duration") append(text, " ", key, "=", value);
    }
    lines.add(text);
  }
  Journal lines;
};

TEST_P(MiddlewareTest, LoggingShowsPayloadsOnlyIfAsked) {
  const auto sink = std::make_shared<Lines>();
  const Logger logger(sink, LogLevel::kInfo);
  start();
  EXPECT_TRUE(client(ClientOptions().add_middleware(make_logging(LoggingOptions(), logger)))
                  .Place(order("Ann"))
                  .ok());
  EXPECT_TRUE(client(ClientOptions().add_middleware(
                         make_logging(LoggingOptions().set_payloads(18), logger)))
                  .Place(order("Ann"))
                  .ok());
  EXPECT_FALSE(client(ClientOptions().add_middleware(make_logging(LoggingOptions(), logger)))
                   .Fail(order("Ann"))
                   .ok());
  EXPECT_THAT(
      sink->lines.entries(),
      ElementsAre("1 called method=shop.v1.Shop.Place status=OK",
                  "1 called method=shop.v1.Shop.Place request={\"customer\":\"Ann\",… (58 bytes) "
                  "response={\"text\":\"Ann\",\"pie… (25 bytes) status=OK",
                  "2 called method=shop.v1.Shop.Fail reason=internal error status=INTERNAL"));
}

// --- streams; through NATS, as they are

class MiddlewareStreamTest : public MiddlewareTest {};

INSTANTIATE_TEST_SUITE_P(Routes, MiddlewareStreamTest, ::testing::Values(true),
                         [](const auto&) { return "nats"; });

TEST_P(MiddlewareStreamTest, StandAroundAServerStream) {
  start(ServerOptions().add_middleware(witness("service")));
  auto shop =
      client(ClientOptions().add_middleware(witness("outer")).add_middleware(witness("inner")));
  Order two = order("Ann", 1);
  *two.add_lines() = line("sail", 2);
  auto stream = shop.Split(two);
  Line item;
  EXPECT_TRUE(stream.read(item));
  EXPECT_TRUE(stream.read(item));
  EXPECT_EQ(item.article(), "sail");
  EXPECT_FALSE(stream.read(item));
  EXPECT_TRUE(stream.finish().ok());
  const auto seen = entries();
  const auto of = [&](std::string_view who) {
    std::vector<std::string> some;
    for (const std::string& entry : seen) {
      if (entry.starts_with(who)) some.push_back(entry);
    }
    return some;
  };
  EXPECT_THAT(of("service"),
              ElementsAre("service > Split", "service response article: \"rope\" pieces: 1",
                          "service response article: \"sail\" pieces: 2", "service < OK"));
  EXPECT_THAT(of("outer"),
              ElementsAre("outer > Split", "outer response article: \"rope\" pieces: 1",
                          "outer response article: \"sail\" pieces: 2", "outer < OK"));
  EXPECT_THAT(of("inner").size(), 4u);
}

TEST_P(MiddlewareStreamTest, ChangeTheEndThatTheProgramSees) {
  start();
  const auto worse = std::make_shared<Around>([](MiddlewareCall&, Next next) -> Task<absl::Status> {
    const absl::Status status = co_await next();
    EXPECT_TRUE(status.ok()) << status;
    co_return absl::AbortedError("after all");
  });
  auto stream = client(ClientOptions().add_middleware(worse)).Join();
  EXPECT_TRUE(stream.write(line("rope", 2)).ok());
  EXPECT_TRUE(stream.write(line("rope", 3)).ok());
  EXPECT_EQ(stream.finish().status(), absl::AbortedError("after all"));
}

TEST_P(MiddlewareStreamTest, MayRefuseAStream) {
  const auto never = std::make_shared<Around>([](MiddlewareCall&, Next) -> Task<absl::Status> {
    co_return absl::PermissionDeniedError("not today");
  });
  start(ServerOptions().add_middleware("shop.v1.Shop.Echo", never));
  auto refused = client().Echo();
  Line item;
  EXPECT_FALSE(refused.read(item));
  EXPECT_EQ(text(refused.finish()), "PERMISSION_DENIED: not today");

  auto local = client(ClientOptions().add_middleware(never)).Split(order("Ann"));
  EXPECT_FALSE(local.read(item));
  EXPECT_EQ(local.finish(), absl::PermissionDeniedError("not today"));
}

TEST_P(MiddlewareStreamTest, ValidateEachRequest) {
  start(ServerOptions().add_middleware(make_validation()));
  auto stream = client().Join();
  EXPECT_TRUE(stream.write(line("rope", 2)).ok());
  EXPECT_TRUE(stream.write(line("rope", 0)).ok());
  const auto total = stream.finish();
  EXPECT_EQ(total.status().code(), absl::StatusCode::kInvalidArgument) << total.status();
  EXPECT_THAT(std::string(message_of(total.status())), HasSubstr("pieces must be at least 1"));
  EXPECT_THAT(entries(), ElementsAre(HasSubstr("handler: INVALID_ARGUMENT")));

  auto local = client(ClientOptions().add_middleware(make_validation())).Echo();
  EXPECT_TRUE(local.write(line("rope", 2)).ok());
  Line item;
  EXPECT_TRUE(local.read(item));
  EXPECT_EQ(local.write(line("rope", 0)).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(local.finish().code(), absl::StatusCode::kInvalidArgument);
}

using LineStream = ClientReaderWriter<Line, Line>;

Task<void> read_to_the_end(std::unique_ptr<LineStream> stream, bool& ended) {
  Line item;
  const bool more = co_await stream->read(item);
  ended = !more;
}

Task<absl::Status> cancel_what_another_reads(Loop& loop, shop::v1::ShopClient client, bool& ended) {
  auto stream = std::make_unique<LineStream>(client.Echo());
  LineStream& same = *stream;
  Line item = line("rope", 1);
  absl::Status status = co_await same.write(item);
  if (!status.ok()) co_return status;
  const bool found = co_await same.read(item);
  if (!found) co_return absl::InternalError("there was no echo");
  TaskScope scope(loop);
  scope.spawn(read_to_the_end(std::move(stream), ended));
  same.cancel();  // within it the reader ends, and lets go of the stream
  co_await scope.join();
  co_return absl::OkStatus();
}

TEST_P(MiddlewareStreamTest, MayBeLetGoOfWithinACancel) {
  start();
  const auto options = ClientOptions().add_middleware(witness("client"));
  const shop::v1::ShopClient client(host_->channel(), options);
  bool ended = false;
  const auto status =
      block_on(host_->loop(), cancel_what_another_reads(host_->loop(), client, ended));
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_TRUE(ended);
}

TEST_P(MiddlewareStreamTest, EndWithACallerWhoLetsGo) {
  start(ServerOptions().add_middleware(witness("service")));
  const auto waiting =
      std::make_shared<Around>([&](MiddlewareCall&, Next next) -> Task<absl::Status> {
        absl::Status status = co_await next();
        journal().add(concat("client < ", status.ToString()));
        co_return status;
      });
  {
    auto stream = client(ClientOptions().add_middleware(waiting)).Echo();
    EXPECT_TRUE(stream.write(line("rope", 2)).ok());
    Line item;
    EXPECT_TRUE(stream.read(item));
  }
  journal().await(5);
  const auto seen = entries();
  EXPECT_THAT(seen, ::testing::Contains(HasSubstr("client < CANCELLED")));
  EXPECT_THAT(seen, ::testing::Contains(HasSubstr("service < CANCELLED")));
}

}  // namespace
}  // namespace fairlead
