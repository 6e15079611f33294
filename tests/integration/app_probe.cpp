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

const fairlead::CounterMetric kEchoes("probe_echoes_total", "Texts that came back.", {"first"});
const fairlead::HistogramMetric kSizes("probe_text_bytes", "Sizes of texts.", {}, {1, 10, 100});
const fairlead::GaugeMetric kLast("probe_relayed_bytes", "Size of the text relayed last.");
const fairlead::UpDownMetric kRelays("probe_relays", "Relays that are under way.", {"way"});
const fairlead::CounterMetric kWrong("probe_wrong", "Has no name of a counter.");

struct Probe {
  Text Echo(fairlead::Context& context, const Text& request) {
    context.metrics().add(kEchoes, 1, {request.value().substr(0, 3)});
    context.metrics().observe(kSizes, static_cast<double>(request.value().size()));
    context.metrics().add(kWrong);
    return request;
  }

  fairlead::Task<absl::StatusOr<Text>> Relay(fairlead::Context& context, Text request) {
    context.metrics().add(kRelays, 1, {"nats"});
    context.metrics().set(kLast, static_cast<double>(request.value().size()));
    const auto options = fairlead::ClientOptions().set_route(fairlead::RouteChoice::kNats);
    const test::OtherClient other(*context.channel(), options);
    auto reply = co_await other.Echo(request);
    context.metrics().add(kRelays, -1, {"nats"});
    co_return reply;
  }

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
