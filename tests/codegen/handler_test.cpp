#include <memory>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "fairlead/context.hpp"
#include "fairlead/loop.hpp"

#include "acme/fairlead/names.fairlead.hpp"
#include "acme/users/users.fairlead.hpp"
#include "keywords.fairlead.hpp"
#include "no_package.fairlead.hpp"

namespace {

using fairlead::Context;
using fairlead::Task;

NoPackage text(const std::string& text) {
  NoPackage message;
  message.set_text(text);
  return message;
}

// Every signature that a handler may have.
struct Plain {
  NoPackage Echo(const NoPackage& request) { return text(request.text() + "!"); }
};
struct PlainWithContext {
  NoPackage Echo(Context& context, const NoPackage& request) {
    EXPECT_TRUE(context.reply_metadata().add("seen", "yes").ok());
    return text(request.text() + "!");
  }
};
struct Fallible {
  absl::StatusOr<NoPackage> Echo(const NoPackage& request) const {
    if (request.text().empty()) return absl::NotFoundError("no text");
    return text(request.text() + "!");
  }
};
struct FallibleWithContext {
  absl::StatusOr<NoPackage> Echo(Context&, NoPackage request) {
    if (request.text().empty()) return absl::NotFoundError("no text");
    return text(request.text() + "!");
  }
};
struct Coroutine {
  Task<NoPackage> Echo(NoPackage request) { co_return text(request.text() + "!"); }
};
struct CoroutineWithContext {
  Task<NoPackage> Echo(Context&, NoPackage request) { co_return text(request.text() + "!"); }
};
struct FallibleCoroutine {
  Task<absl::StatusOr<NoPackage>> Echo(NoPackage request) {
    if (request.text().empty()) co_return absl::NotFoundError("no text");
    co_return text(request.text() + "!");
  }
};
struct FallibleCoroutineWithContext {
  Task<absl::StatusOr<NoPackage>> Echo(Context&, const NoPackage& request) {
    if (request.text().empty()) co_return absl::NotFoundError("no text");
    co_return text(request.text() + "!");
  }
};
struct Both {
  NoPackage Echo(const NoPackage&) { return text("without"); }
  NoPackage Echo(Context&, const NoPackage&) { return text("with"); }
};
struct Template {
  template <typename Message>
  Message Echo(const Message& request) {
    return text(request.text() + "!");
  }
};
struct Throwing {
  NoPackage Echo(const NoPackage&) { throw std::runtime_error("thrown"); }
};

absl::Status run(fairlead::MethodHandler& handler, Context& context,
                 google::protobuf::Message& request, google::protobuf::Message& response) {
  if (!handler.is_coroutine()) return handler.handle(context, request, response);
  fairlead::Loop loop;
  return loop.run(handler.handle_async(context, request, response));
}

template <typename Handler>
absl::StatusOr<std::string> echo(const std::string& words) {
  const fairlead::Service service = GlobalService::bind(std::make_shared<Handler>());
  Context context;
  NoPackage request = text(words);
  NoPackage response;
  const absl::Status status = run(*service.handler(0), context, request, response);
  if (!status.ok()) return status;
  return response.text();
}

template <typename Handler>
bool is_coroutine() {
  return GlobalService::bind(std::make_shared<Handler>()).handler(0)->is_coroutine();
}

template <typename Handler>
class EverySignature : public testing::Test {};
using Signatures =
    testing::Types<Plain, PlainWithContext, Fallible, FallibleWithContext, Coroutine,
                   CoroutineWithContext, FallibleCoroutine, FallibleCoroutineWithContext, Template>;
TYPED_TEST_SUITE(EverySignature, Signatures);

TYPED_TEST(EverySignature, Answers) {
  EXPECT_EQ(echo<TypeParam>("ahoy").value(), "ahoy!");
}

template <typename Handler>
class EveryFallible : public testing::Test {};
using Fallibles =
    testing::Types<Fallible, FallibleWithContext, FallibleCoroutine, FallibleCoroutineWithContext>;
TYPED_TEST_SUITE(EveryFallible, Fallibles);

TYPED_TEST(EveryFallible, Fails) {
  EXPECT_EQ(echo<TypeParam>("").status(), absl::NotFoundError("no text"));
}

TEST(Handler, HasAColour) {
  EXPECT_FALSE(is_coroutine<Plain>());
  EXPECT_FALSE(is_coroutine<FallibleWithContext>());
  EXPECT_TRUE(is_coroutine<Coroutine>());
  EXPECT_TRUE(is_coroutine<FallibleCoroutineWithContext>());
}

TEST(Handler, PrefersTheContext) {
  EXPECT_EQ(echo<Both>("").value(), "with");
}

TEST(Handler, LetsExceptionsThrough) {
  EXPECT_THROW((void)echo<Throwing>(""), std::runtime_error);
}

// What need not answer anything: google.protobuf.Empty and one-way methods.
struct Directory {
  using User = acme::users::User;
  using Line = acme::users::User_Address_Line;

  Line Normalize(const acme::users::User_Address& address) { return address.lines(0); }
  acme::common::Page_Token Next(const acme::common::Page& page) { return page.token(); }
  absl::Status Delete(const User& user) {
    return user.name().empty() ? absl::NotFoundError("nobody") : absl::OkStatus();
  }
  Task<void> Log(User user) {
    logged = user.name();
    co_return;
  }
  void Notify(Context&, const User& user) { notified = user.name(); }
  User List(const google::protobuf::Empty&) { return User(); }

  std::string logged;
  std::string notified;
};

TEST(Handler, MayAnswerNothingWhereNothingIsAsked) {
  auto directory = std::make_shared<Directory>();
  const fairlead::Service service = acme::users::DirectoryService::bind(directory);
  Context context;
  acme::users::User user;
  google::protobuf::Empty empty;
  EXPECT_EQ(run(*service.handler(2), context, user, empty), absl::NotFoundError("nobody"));
  user.set_name("Ann");
  EXPECT_TRUE(run(*service.handler(2), context, user, empty).ok());
  EXPECT_TRUE(run(*service.handler(3), context, user, empty).ok());
  EXPECT_EQ(directory->logged, "Ann");
  user.set_name("Bob");
  acme::users::User unused;
  EXPECT_TRUE(run(*service.handler(4), context, user, unused).ok());
  EXPECT_EQ(directory->notified, "Bob");
}

TEST(Handler, GetsMessagesOfItsTypes) {
  const fairlead::Service service =
      acme::users::DirectoryService::bind(std::make_shared<Directory>());
  EXPECT_EQ(service.handler(0)->new_request()->GetTypeName(), "acme.users.User.Address");
  EXPECT_EQ(service.handler(0)->new_response()->GetTypeName(), "acme.users.User.Address.Line");
}

// The names of the generated code itself, as names of methods and messages.
namespace names = acme::fairlead::absl::google;
struct Names {
  names::AverageCall Average(const names::Average&) { return {}; }
  names::Service Client(const names::Client&) { return {}; }
  names::Response Handler(const names::Request&) { return {}; }
  names::Call Task(const names::Task&) { return {}; }
  names::Call description(const names::Call&) { return {}; }
  names::Call bind(const names::Call&) { return {}; }
  names::Call loop(const names::Call&) { return {}; }
  names::Call request(const names::Call&) { return {}; }
  names::Call options(const names::Call&) { return {}; }
  names::Call connection(const names::Call&) { return {}; }
  names::Call std(const names::Call&) { return {}; }
  names::Call fairlead(const names::Call&) { return {}; }
  names::Call snake_case(const names::Call&) { return {}; }
};

TEST(Handler, MayUseTheNamesOfGeneratedCode) {
  const fairlead::Service service = names::NamesService::bind(std::make_shared<Names>());
  Context context;
  for (std::size_t index = 0; index < service.description().methods.size(); ++index) {
    const auto request = service.handler(index)->new_request();
    const auto response = service.handler(index)->new_response();
    EXPECT_TRUE(run(*service.handler(index), context, *request, *response).ok());
  }
}

struct Keywords {
  keywords::delete_ class_(const keywords::class_& request) {
    last = request.int_();
    return {};
  }
  keywords::class_ delete_(const keywords::class__operator&) { return {}; }
  keywords::delete_ co_await_(const keywords::delete_&) { return {}; }
  keywords::delete_ requires_(const keywords::delete_&) { return {}; }
  keywords::delete_ NULL_(const keywords::delete_&) { return {}; }
  keywords::delete_ errno_(const keywords::delete_&) { return {}; }

  int last = 0;
};

TEST(Handler, HasAnUnderscoreAfterAKeyword) {
  auto handler = std::make_shared<Keywords>();
  const fairlead::Service service = keywords::namespaceService::bind(handler);
  Context context;
  keywords::class_ request;
  request.set_int_(7);
  keywords::delete_ response;
  EXPECT_TRUE(run(*service.handler(0), context, request, response).ok());
  EXPECT_EQ(handler->last, 7);
}

}  // namespace
