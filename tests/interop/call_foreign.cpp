#include <chrono>
#include <iostream>
#include <string>

#include <absl/status/status.h>

#include "fairlead/block_on.hpp"
#include "fairlead/nats/connection.hpp"
#include "fairlead/status.hpp"

#include "greeter.fairlead.hpp"
#include "greeter.pb.h"

namespace {

// A line for each outcome: what was called, the code, where it was made, the text.
void print(const std::string& call, const absl::Status& status) {
  const bool remote = fairlead::status_origin(status) == fairlead::Origin::kRemote;
  std::cout << call << "|" << absl::StatusCodeToString(status.code()) << "|"
            << (remote ? "remote" : "local") << "|" << status.message() << "\n";
}

void greet(const peer::GreeterBlockingClient& client) {
  peer::GreetRequest request;
  request.set_name("Ada");
  fairlead::Metadata metadata;
  const absl::Status added = metadata.add("accept-language", "sv");
  fairlead::Metadata reply_metadata;
  fairlead::CallOptions options;
  options.set_metadata(metadata).set_reply_metadata(&reply_metadata);
  const absl::StatusOr<peer::GreetResponse> response = client.Greet(request, options);
  if (!added.ok() || !response.ok()) return print("Greet", response.status());
  std::cout << "Greet|OK|" << reply_metadata.get("content-language").value_or("") << "|"
            << response->text() << "\n";
}

void fail(const peer::GreeterBlockingClient& client, const std::string& code) {
  peer::FailRequest request;
  request.set_code(code);
  print("Fail " + code, client.Fail(request).status());
}

void ignore(const peer::GreeterBlockingClient& client) {
  fairlead::CallOptions options;
  options.set_timeout(std::chrono::milliseconds(200));
  print("Ignore", client.Ignore(peer::GreetRequest(), options).status());
}

}  // namespace

// Calls the micro service of go/greeter, which knows nothing of Fairlead, by a generated client:
// call_foreign URL CODE…
int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: call_foreign URL CODE...\n";
    return 2;
  }
  fairlead::LoopThread thread;
  absl::StatusOr<fairlead::nats::Connection> connection =
      fairlead::nats::connect_and_wait(thread.loop(), fairlead::nats::ConnectOptions(argv[1]));
  if (!connection.ok()) {
    std::cerr << connection.status() << "\n";
    return 1;
  }
  const peer::GreeterBlockingClient client(*connection);
  greet(client);
  for (int index = 2; index < argc; ++index) fail(client, argv[index]);
  ignore(client);
  return 0;
}
