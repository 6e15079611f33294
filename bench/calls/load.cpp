#include <memory>
#include <string>

#include "fairlead/client_options.hpp"
#include "fairlead/server.hpp"

#include "bench/calls/callers.hpp"
#include "bench/calls/handlers.hpp"
#include "bench/calls/sides.hpp"

namespace fairlead::bench {
namespace {

RouteChoice route_of(Way way) {
  if (way == Way::kNats) return RouteChoice::kNats;
  if (way == Way::kLocal) return RouteChoice::kLocal;
  return RouteChoice::kDirect;
}

calls::AverageRequest average_request() {
  calls::AverageRequest request;
  for (const float value : {1.1f, 2.0f, 3.5f}) request.add_values(value);
  return request;
}

auto method_of(Work work) {
  using calls::CalcClient;
  switch (work) {
    case Work::kBlock:
      return &CalcClient::Block;
    case Work::kWait:
      return &CalcClient::Wait;
    default:
      return &CalcClient::Average;
  }
}

peer::Result call(Loop& loop, const Channel& channel, const Options& options) {
  using calls::CalcClient;
  const CalcClient client(channel, ClientOptions().set_route(route_of(options.way)));
  if (options.work == Work::kEcho) {
    calls::Payload payload;
    payload.set_data(std::string(options.bytes, 'x'));
    Callers<calls::Payload, calls::Payload> callers(loop, client, &CalcClient::Echo, payload,
                                                    payload, options.plan);
    return loop.run(callers.run());
  }
  calls::CalcResponse expected;
  expected.set_result(2.2f);
  Callers<calls::AverageRequest, calls::CalcResponse> callers(
      loop, client, method_of(options.work), average_request(), expected, options.plan);
  return loop.run(callers.run());
}

Task<absl::Status> start(Server& server, bool plain) {
  absl::Status status = server.add(make_service(plain));
  if (status.ok()) status = co_await server.start();
  co_return status;
}

}  // namespace

peer::Result load(const Options& options) {
  Loop loop;
  if (options.way == Way::kLocal) {
    const Channel channel(loop);
    Server server(channel, std::make_shared<WorkerPool>(kWorkers));
    const absl::Status status = loop.run(start(server, options.plain));
    if (!status.ok()) give_up(status.ToString());
    const peer::Result result = call(loop, channel, options);
    if (!loop.run(server.stop(std::chrono::seconds(2))).ok()) give_up("calls did not end");
    return result;
  }
  const auto connection =
      loop.run(nats::Connection::connect(loop, nats::ConnectOptions(options.at)));
  if (!connection.ok()) give_up(connection.status().ToString());
  return call(loop, Channel(*connection), options);
}

}  // namespace fairlead::bench
