// The program whose command app_test.py tests.

#include <future>
#include <memory>

#include "fairlead/app.hpp"
#include "fairlead/nats/connection.hpp"

#include "app_probe.fairlead.hpp"

namespace {

using Text = google::protobuf::StringValue;

// Never returns.
void block() {
  std::promise<void>().get_future().wait();
}

struct Probe {
  Text Echo(const Text& request) { return request; }

  fairlead::Task<absl::StatusOr<Text>> Ask(fairlead::Context& context, Text request) {
    const std::chrono::seconds timeout(30);
    auto reply = co_await context.connection()->request(request.value(), "", timeout);
    if (!reply.ok()) co_return reply.status();
    Text answer;
    answer.set_value(reply->payload);
    co_return answer;
  }

  Text Block(fairlead::Context& context, const Text& request) {
    context.logger().info("blocked");
    block();
    return request;
  }

  fairlead::Task<Text> Freeze(fairlead::Context& context, Text request) {
    context.logger().info("frozen");
    block();
    co_return request;
  }
};

}  // namespace

int main(int argc, char** argv) {
  const auto probe = std::make_shared<Probe>();
  fairlead::App app("probe");
  app.add(test::ProbeService::bind(probe));
  app.add(test::OtherService::bind(probe));
  return app.run(argc, argv);
}
