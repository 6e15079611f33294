#include <chrono>
#include <iostream>
#include <string>

#include <fairlead/block_on.hpp>
#include <fairlead/nats/connection.hpp>

// Sends a request over NATS and prints the reply: what fairlead::nats alone can do.
int main(int argc, char** argv) {
  if (argc != 4) {
    std::cout << "usage: ask URL SUBJECT PAYLOAD\n";
    return argc == 2 && std::string(argv[1]) == "--help" ? 0 : 2;
  }
  fairlead::LoopThread thread;
  absl::StatusOr<fairlead::nats::Connection> connection =
      fairlead::nats::connect_and_wait(thread.loop(), fairlead::nats::ConnectOptions(argv[1]));
  if (!connection.ok()) {
    std::cerr << connection.status() << "\n";
    return 1;
  }
  absl::StatusOr<fairlead::nats::Message> reply = fairlead::block_on(
      thread.loop(), connection->request(argv[2], argv[3], std::chrono::seconds(2)));
  if (!reply.ok()) {
    std::cerr << reply.status() << "\n";
    return 1;
  }
  std::cout << reply->payload << "\n";
  return 0;
}
