// Services and a client whose traces otlp_test.py and jaeger_test.py look at.
//
//   traced run …          serves, as an App
//   traced ask URL TEXT   calls Front.Ask as a program that is no App, and prints the outcome
#include <iostream>
#include <memory>
#include <string_view>

#include "fairlead/app.hpp"
#include "fairlead/block_on.hpp"
#include "fairlead/tracing.hpp"

#include "traced.fairlead.hpp"

namespace {

using fairlead::Context;
using fairlead::Task;
using Text = google::protobuf::StringValue;

struct Front {
  Task<absl::StatusOr<Text>> Ask(Context& context, Text request) {
    context.span().set_attribute("question.size", request.value().size());
    fairlead::Span child = context.span().start_child("think");
    child.add_event("thought", {{"hard", true}, {"share", 0.5}});
    child.end();
    context.logger().info("asking");
    const traced::BackClient back(*context.connection());
    const fairlead::CallOptions options;
    const absl::Status noted = co_await back.Note(request, options);
    if (!noted.ok()) co_return noted;
    co_return co_await back.Answer(request, options);
  }
};

struct Speller {
  Task<absl::Status> Spell(Text request, fairlead::ServerWriter<Text>& letters) {
    Text letter;
    for (const char each : request.value()) {
      letter.set_value(std::string(1, each));
      absl::Status status = co_await letters.write(letter);
      if (!status.ok()) co_return status;
    }
    co_return absl::OkStatus();
  }
};

struct Back {
  absl::StatusOr<Text> Answer(Context& context, const Text& request) {
    context.logger().info("answering");
    if (request.value().empty()) return absl::InvalidArgumentError("the question is empty");
    if (request.value() == "lost") return absl::DataLossError("the answer is lost");
    return request;
  }
  absl::Status Note(const Text&) { return absl::OkStatus(); }
};

int ask(const char* url, const char* text) {
  fairlead::Tracing tracing("asker");
  fairlead::LoopThread thread;
  const auto connection =
      fairlead::nats::connect_and_wait(thread.loop(), fairlead::nats::ConnectOptions(url));
  if (!connection.ok()) {
    std::cerr << connection.status() << '\n';
    return 1;
  }
  const traced::FrontBlockingClient client(*connection,
                                           fairlead::ClientOptions().set_tracer(tracing.tracer()));
  Text question;
  question.set_value(text);
  const auto answer = client.Ask(question);
  std::cout << (answer.ok() ? answer->value() : answer.status().ToString()) << '\n';
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4 && std::string_view(argv[1]) == "ask") return ask(argv[2], argv[3]);
  fairlead::App app("traced");
  app.add(traced::FrontService::bind(std::make_shared<Front>()));
  app.add(traced::SpellerService::bind(std::make_shared<Speller>()));
  app.add(traced::BackService::bind(std::make_shared<Back>()));
  return app.run(argc, argv);
}
