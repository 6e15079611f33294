#pragma once

#include "greeter.pb.h"

class Greeter {
 public:
  acme::greeter::v1::GreetResponse Greet(const acme::greeter::v1::GreetRequest& request) {
    acme::greeter::v1::GreetResponse response;
    response.set_text("Hello " + request.name());
    return response;
  }
};
