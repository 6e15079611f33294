#include "cli/service_schema.hpp"

#include <gtest/gtest.h>

#include "fairlead/options.pb.h"

namespace fairlead::cli {
namespace {

using namespace std::chrono_literals;

discovery::SchemaView schema_with_options() {
  google::protobuf::FileDescriptorSet files;
  auto& file = *files.add_file();
  file.set_name("a.proto");
  file.set_package("a");
  file.add_message_type()->set_name("M");
  auto& service = *file.add_service();
  service.set_name("S");
  for (const char* name : {"Plain", "Special", "Stream"}) {
    auto& method = *service.add_method();
    method.set_name(name);
    method.set_input_type(".a.M");
    method.set_output_type(".a.M");
  }
  auto& options = *service.mutable_method(1)->mutable_options()->MutableExtension(fairlead::method);
  options.mutable_timeout()->set_nanos(250'000'000);
  options.set_subject("old.subject");
  options.set_oneway(true);
  service.mutable_method(2)->set_server_streaming(true);
  return *discovery::SchemaView::read(files.SerializeAsString(), "a.S");
}

TEST(Describe, ReadsTheOptionsOfMethods) {
  const discovery::SchemaView schema = schema_with_options();
  const ServiceDescription service = describe(schema, "eu");
  EXPECT_EQ(service.full_name, "a.S");
  EXPECT_EQ(service.prefix, "eu");
  ASSERT_EQ(service.methods.size(), 3u);
  EXPECT_EQ(service.methods[0].subject, "a.S.Plain");
  EXPECT_EQ(service.methods[0].timeout, 5s);
  EXPECT_EQ(service.methods[0].request->full_name(), "a.M");
  EXPECT_EQ(service.methods[1].subject, "old.subject");
  EXPECT_EQ(service.methods[1].timeout, 250ms);
  EXPECT_TRUE(service.methods[1].oneway);
  EXPECT_EQ(service.methods[2].kind, MethodKind::kServerStream);
}

TEST(PrefixOf, IsWhatStandsBeforeTheMethod) {
  discovery::InfoResponse info;
  EXPECT_EQ(prefix_of(info), "");
  discovery::EndpointInfo endpoint;
  endpoint.metadata["fairlead.method"] = "a.S.Plain";
  endpoint.subject = "a.S.Plain";
  info.endpoints.push_back(endpoint);
  EXPECT_EQ(prefix_of(info), "");
  info.endpoints[0].subject = "eu.test.a.S.Plain";
  EXPECT_EQ(prefix_of(info), "eu.test");
}

}  // namespace
}  // namespace fairlead::cli
