#include "fairlead/service.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "fairlead/options.pb.h"

namespace fairlead {
namespace {

// A handler that is only told apart by its address.
class NoHandler final : public MethodHandler {
 public:
  bool is_coroutine() const override { return false; }
  std::unique_ptr<google::protobuf::Message> new_request() const override {
    return std::make_unique<MethodOptions>();
  }
  std::unique_ptr<google::protobuf::Message> new_response() const override {
    return std::make_unique<MethodOptions>();
  }
  absl::Status handle(Context&, google::protobuf::Message&, google::protobuf::Message&) override {
    return absl::OkStatus();
  }
  Task<absl::Status> handle_async(Context&, google::protobuf::Message&,
                                  google::protobuf::Message&) override {
    co_return absl::OkStatus();
  }
};

Service make_calc() {
  ServiceDescription description;
  description.full_name = "calc.Calc";
  for (const char* name : {"Average", "Add"}) {
    description.methods.emplace_back().name = name;
  }
  Service service(std::move(description));
  service.set_handler(0, std::make_shared<NoHandler>());
  service.set_handler(1, std::make_shared<NoHandler>());
  return service;
}

TEST(WithPrefix, PutsADotOnlyAfterAPrefix) {
  EXPECT_EQ(with_prefix("", "calc.Calc.Add"), "calc.Calc.Add");
  EXPECT_EQ(with_prefix("test.one", "calc.Calc.Add"), "test.one.calc.Calc.Add");
}

TEST(Service, HasNoHandlersAtFirst) {
  ServiceDescription description;
  description.methods.resize(2);
  const Service service(std::move(description));
  EXPECT_EQ(service.handler(0), nullptr);
  EXPECT_EQ(service.handler(1), nullptr);
}

TEST(Service, HostsOnlyTheMethodsNamed) {
  Service service = make_calc();
  ASSERT_TRUE(service.host_only({"Add"}).ok());
  EXPECT_EQ(service.handler(0), nullptr);
  EXPECT_NE(service.handler(1), nullptr);
}

TEST(Service, RefusesAnUnknownMethodAndChangesNothing) {
  Service service = make_calc();
  const absl::Status status = service.host_only({"Add", "Subtract"});
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "service calc.Calc has no method \"Subtract\"; it has Average, Add");
  EXPECT_NE(service.handler(0), nullptr);
  EXPECT_NE(service.handler(1), nullptr);
}

TEST(Service, TakesAnotherPrefix) {
  Service service = make_calc();
  service.set_prefix("staging");
  EXPECT_EQ(service.description().prefix, "staging");
}

TEST(Service, RefusesAHandlerForNoMethod) {
  Service service = make_calc();
  EXPECT_THROW(service.set_handler(2, nullptr), std::out_of_range);
}

}  // namespace
}  // namespace fairlead
