// The NATS client by itself: publish, subscribe, request, reply.
//
//   nats_example [NATS_URL]
#include <cctype>
#include <cstdio>
#include <string>

#include "fairlead/nats/connection.hpp"
#include "fairlead/task_scope.hpp"

namespace {

using fairlead::Task;
using fairlead::nats::Connection;
using fairlead::nats::Message;
using fairlead::nats::MessageView;
using fairlead::nats::Subscription;

// A subscription is read like a stream.
Task<void> print_weather(Subscription weather, int count) {
  for (int i = 0; i < count; ++i) {
    const absl::StatusOr<Message> message = co_await weather.next();
    if (!message.ok()) co_return;
    std::printf("%s: %s\n", message->subject.c_str(), message->payload.c_str());
  }
  weather.unsubscribe();
}

Task<absl::Status> run(fairlead::Loop& loop, std::string url) {
  auto connection = co_await Connection::connect(loop, fairlead::nats::ConnectOptions(url));
  if (!connection.ok()) co_return connection.status();
  std::printf("connected to nats-server %s\n", connection->server_info().version.c_str());

  auto weather = connection->subscribe("weather.*");
  if (!weather.ok()) co_return weather.status();
  fairlead::TaskScope scope(loop);
  scope.spawn(print_weather(*weather, 2));
  connection->publish("weather.kiel", "storm").IgnoreError();
  connection->publish("weather.rome", "sun").IgnoreError();
  co_await scope.join();

  // A subscription with a callback answers without a coroutine of its own.
  const auto shout = [&connection](const MessageView& request) {
    std::string text(request.payload);
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    connection->publish(request.reply, text).IgnoreError();
  };
  const auto service = connection->subscribe("shout", fairlead::nats::SubscribeOptions(), shout);
  if (!service.ok()) co_return service.status();
  const auto reply = co_await connection->request("shout", "ahoy", std::chrono::seconds(1));
  if (!reply.ok()) co_return reply.status();
  std::printf("shout: %s\n", reply->payload.c_str());

  const auto nobody = co_await connection->request("nobody", "", std::chrono::seconds(1));
  std::printf("nobody: %s\n", nobody.status().ToString().c_str());
  co_return co_await connection->drain(std::chrono::seconds(5));
}

}  // namespace

int main(int argc, char** argv) {
  fairlead::Loop loop;
  const absl::Status status = loop.run(run(loop, argc > 1 ? argv[1] : "nats://127.0.0.1:4222"));
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return 1;
}
