// A test of the service without a server and without a test framework.
#include "greeter.hpp"

#include <cstdio>

#include "fairlead/testing/host.hpp"

#include "greeter.fairlead.hpp"

int main() {
  using namespace acme::greeter::v1;
  fairlead::testing::Host host(GreeterService::bind(std::make_shared<Greeter>()));
  const GreeterBlockingClient client(host.channel());
  GreetRequest request;
  request.set_name("World");
  const auto reply = client.Greet(request);
  std::puts(reply.ok() ? reply->text().c_str() : reply.status().ToString().c_str());
  return reply.ok() ? 0 : 1;
}
