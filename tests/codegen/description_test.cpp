#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "acme/billing/billing.fairlead.hpp"
#include "acme/common/types.fairlead.hpp"
#include "acme/fairlead/names.fairlead.hpp"
#include "acme/users/users.fairlead.hpp"
#include "comments.fairlead.hpp"
#include "keywords.fairlead.hpp"
#include "long_names.fairlead.hpp"
#include "no_messages.fairlead.hpp"
#include "no_package.fairlead.hpp"
#include "odd-path.v1.fairlead.hpp"
#include "streams.fairlead.hpp"

namespace {

using fairlead::MethodDescription;
using fairlead::ServiceDescription;
using testing::ElementsAre;

TEST(Description, HasTheOptionsOfTheService) {
  const ServiceDescription& service = acme::users::DirectoryService::description();
  EXPECT_EQ(service.full_name, "acme.users.Directory");
  EXPECT_EQ(service.name, "users_directory-1");
  EXPECT_EQ(service.version, "2.1.0-rc.1+build.7");
  EXPECT_EQ(service.description, "Keeps the users.");
  EXPECT_EQ(service.queue_group, "directory");
  EXPECT_EQ(service.prefix, "test.one");
  ASSERT_NE(service.file, nullptr);
  EXPECT_EQ(service.file->name(), "acme/users/users.proto");
  EXPECT_EQ(service.methods.size(), 6);
}

TEST(Description, HasDefaults) {
  const ServiceDescription& service = acme::users::ArchiveService::description();
  EXPECT_EQ(service.name, "acme-users-Archive");
  EXPECT_EQ(service.version, "0.3.0");
  EXPECT_EQ(service.queue_group, "q");
  const MethodDescription& method = service.methods[0];
  EXPECT_EQ(method.name, "Delete");
  EXPECT_EQ(method.full_name, "acme.users.Archive.Delete");
  EXPECT_EQ(method.subject, "acme.users.Archive.Delete");
  EXPECT_TRUE(method.aliases.empty());
  EXPECT_EQ(method.kind, fairlead::MethodKind::kUnary);
  EXPECT_EQ(method.timeout, std::chrono::seconds(5));
  EXPECT_FALSE(method.idempotent);
  EXPECT_EQ(method.concurrency, 0);
  EXPECT_FALSE(method.oneway);
}

TEST(Description, HasTheKindsOfTheMethods) {
  using fairlead::MethodKind;
  std::vector<MethodKind> kinds;
  for (const MethodDescription& method : streams::CounterService::description().methods) {
    kinds.push_back(method.kind);
  }
  EXPECT_THAT(kinds, ElementsAre(MethodKind::kUnary, MethodKind::kServerStream,
                                 MethodKind::kClientStream, MethodKind::kClientStream,
                                 MethodKind::kBidiStream, MethodKind::kBidiStream));
}

TEST(Description, HasTheOptionsOfTheMethods) {
  const auto& methods = acme::users::DirectoryService::description().methods;
  EXPECT_EQ(methods[1].timeout, std::chrono::microseconds(1500));
  EXPECT_EQ(methods[1].concurrency, 7);
  EXPECT_FALSE(methods[2].oneway);
  EXPECT_TRUE(methods[3].oneway);
  EXPECT_EQ(methods[5].subject, "legacy.users.list");
  EXPECT_THAT(methods[5].aliases, ElementsAre("legacy.users.all", "users"));
  EXPECT_EQ(methods[5].timeout, std::chrono::seconds(90) + std::chrono::nanoseconds(1));
  EXPECT_TRUE(methods[5].idempotent);
}

TEST(Description, HasThePoliciesOfTheMethods) {
  const auto& methods = acme::users::DirectoryService::description().methods;
  const fairlead::CallPolicy& policy = methods[5].policy;
  ASSERT_NE(policy.retry(), nullptr);
  EXPECT_EQ(policy.retry()->attempts(), 4);
  EXPECT_EQ(policy.retry()->initial_backoff(), std::chrono::milliseconds(50));
  EXPECT_EQ(policy.retry()->max_backoff(), std::chrono::seconds(1));
  EXPECT_EQ(policy.retry()->budget_per_second(), 0);
  ASSERT_NE(policy.throttle(), nullptr);
  EXPECT_EQ(policy.throttle()->multiplier(), 1.5);
  ASSERT_NE(policy.breaker(), nullptr);
  EXPECT_EQ(policy.breaker()->failure_ratio(), 0.75);
  EXPECT_EQ(policy.breaker()->open_time(), std::chrono::seconds(2));
  ASSERT_NE(policy.hedge(), nullptr);
  EXPECT_EQ(policy.hedge()->percentile(), 95);
  EXPECT_EQ(methods[0].policy.retry(), nullptr);
  EXPECT_EQ(methods[0].policy.breaker(), nullptr);
}

TEST(Description, KnowsNestedAndImportedMessages) {
  const auto& methods = acme::users::DirectoryService::description().methods;
  EXPECT_EQ(methods[0].request->full_name(), "acme.users.User.Address");
  EXPECT_EQ(methods[0].response->full_name(), "acme.users.User.Address.Line");
  EXPECT_EQ(methods[1].request->full_name(), "acme.common.Page");
  EXPECT_EQ(methods[1].response->full_name(), "acme.common.Page.Token");
  EXPECT_EQ(methods[2].response->full_name(), "google.protobuf.Empty");
}

TEST(Description, TellsServicesOfTheSameNameApart) {
  const ServiceDescription& service = acme::billing::DirectoryService::description();
  EXPECT_EQ(service.full_name, "acme.billing.Directory");
  EXPECT_EQ(service.methods[0].subject, "acme.billing.Directory.Delete");
  EXPECT_EQ(service.file->name(), "acme/billing/billing.proto");
}

TEST(Description, KeepsKeywordsOnTheWire) {
  const ServiceDescription& service = keywords::namespaceService::description();
  EXPECT_EQ(service.full_name, "keywords.namespace");
  EXPECT_EQ(service.methods[0].subject, "keywords.namespace.class");
  EXPECT_EQ(service.methods[0].request, keywords::class_::descriptor());
  EXPECT_EQ(service.methods[1].request, keywords::class__operator::descriptor());
}

TEST(Description, WorksWithoutAPackage) {
  const ServiceDescription& service = GlobalService::description();
  EXPECT_EQ(service.full_name, "Global");
  EXPECT_EQ(service.name, "Global");
  EXPECT_EQ(service.methods[0].subject, "Global.Echo");
}

// Nothing but the service refers to such a file, and it comes out of a static library.
TEST(Description, FindsTheFileThatHasNoMessage) {
  const ServiceDescription& foreign = no_messages::ForeignService::description();
  ASSERT_NE(foreign.file, nullptr);
  EXPECT_EQ(foreign.file->name(), "no_messages.proto");
  EXPECT_NE(foreign.file->FindServiceByName("Foreign"), nullptr);
  const ServiceDescription& odd = odd::path::OddService::description();
  ASSERT_NE(odd.file, nullptr);
  EXPECT_EQ(odd.file->name(), "odd-path.v1.proto");
}

TEST(Description, HasAServiceWithoutMethods) {
  EXPECT_TRUE(acme::users::NothingService::description().methods.empty());
}

TEST(Description, CarriesCommentsUnharmed) {
  const ServiceDescription& service = comments::CommentsService::description();
  EXPECT_EQ(service.description,
            "A backslash at the end: \\ A trigraph at the end: ?\?/ An end of a comment: */ and a "
            "beginning: /* and \"quotes\" and ?\?/ within, \\\\ and \\n and %s. Umlauts äöü, 漢字 "
            "and a control character.");
  EXPECT_EQ(service.methods[0].comment, "One \\");
  EXPECT_EQ(service.methods[1].comment, "Starred: the first line.\n\nThe third line.");
  EXPECT_EQ(service.methods[3].comment, "");
}

TEST(Description, TakesTheCommentBehindIfThereIsNoneAbove) {
  const ServiceDescription& service = acme::users::ArchiveService::description();
  EXPECT_EQ(service.description, "The same method names again, in a second service of this file.");
  EXPECT_EQ(service.methods[1].comment, "A comment behind.");
}

}  // namespace
