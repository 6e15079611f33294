// A service and a client of grpc++, with completion queues on both sides.
//
// It is the form that gRPC's guide to performance in C++ calls the best where it counts: as many
// threads as processors, each with a completion queue of its own, and calls that are asked for well
// ahead.
#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <grpcpp/alarm.h>
#include <grpcpp/grpcpp.h>

#include "blocking_pool.hpp"
#include "peer.hpp"
#include "peers.grpc.pb.h"

namespace {

using peer::Work;

const int kThreads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
constexpr int kCallsAhead = 128;  // asked for, of each method and queue

/// What waits in a completion queue.
class Event {
 public:
  virtual ~Event() = default;
  virtual void happened(bool ok) = 0;
};

void run(grpc::CompletionQueue& queue) {
  void* tag = nullptr;
  for (bool ok = false; queue.Next(&tag, &ok);) static_cast<Event*>(tag)->happened(ok);
}

/// How many places for calls there are, for who waits until there are none.
class Places {
 public:
  void add() { ++count_; }
  void remove() {
    if (--count_ == 0) count_.notify_all();
  }
  void wait_for_none() {
    for (int count = count_; count > 0; count = count_) count_.wait(count);
  }

 private:
  std::atomic<int> count_ = 0;
};

/// A place for one call of a method at a time; it makes itself anew for the next.
template <typename Request, typename Response>
class ServerCall final : public Event {
 public:
  using Writer = grpc::ServerAsyncResponseWriter<Response>;
  using Ask = std::function<void(grpc::ServerContext*, Request*, Writer*, void* tag)>;
  using Answer = std::function<void(ServerCall&)>;

  ServerCall(Ask ask, Answer answer, Places& places)
      : ask_(std::move(ask)), answer_(std::move(answer)), places_(places) {
    places_.add();
    start();
  }

  void happened(bool ok) override {
    if (answering_) return start();
    if (!ok) return places_.remove();  // the server ends: no call will come
    answering_ = true;
    answer_(*this);
  }
  void finish() { writer_->Finish(response, grpc::Status::OK, this); }

  Request request;
  Response response;

 private:
  void start() {
    answering_ = false;
    writer_.reset();
    context_.emplace();
    writer_.emplace(&*context_);
    ask_(&*context_, &request, &*writer_, this);
  }

  const Ask ask_;
  const Answer answer_;
  Places& places_;
  std::optional<grpc::ServerContext> context_;
  std::optional<Writer> writer_;
  bool answering_ = false;
};

/// A call whose handler waits. It asks for the next one when it begins to, and is gone when it has
/// been answered: there are as many as wait, beside those that were asked for ahead.
class WaitingCall final : public Event {
 public:
  WaitingCall(peers::Calc::AsyncService& service, grpc::ServerCompletionQueue& queue,
              Places& places)
      : service_(service), queue_(queue), places_(places) {
    places_.add();
    service_.RequestWait(&context_, &request_, &writer_, &queue_, &queue_, this);
  }
  ~WaitingCall() override { places_.remove(); }

  void happened(bool ok) override {
    if (step_ == Step::kAnswering || (step_ == Step::kAsking && !ok)) {
      delete this;
    } else if (step_ == Step::kAsking) {
      step_ = Step::kWaiting;
      new WaitingCall(service_, queue_, places_);
      alarm_.Set(&queue_, std::chrono::system_clock::now() + peer::kWaitFor, this);
    } else {
      step_ = Step::kAnswering;
      peer::average(request_, response_);
      writer_.Finish(response_, grpc::Status::OK, this);
    }
  }

 private:
  enum class Step { kAsking, kWaiting, kAnswering };

  peers::Calc::AsyncService& service_;
  grpc::ServerCompletionQueue& queue_;
  Places& places_;
  Step step_ = Step::kAsking;
  peers::AverageRequest request_;
  peers::CalcResponse response_;
  grpc::ServerContext context_;
  grpc::ServerAsyncResponseWriter<peers::CalcResponse> writer_{&context_};
  grpc::Alarm alarm_;
};

class Server {
 public:
  explicit Server(const std::string& place) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort(place, grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(&service_);
    for (int i = 0; i < kThreads; ++i) queues_.push_back(builder.AddCompletionQueue());
    server_ = builder.BuildAndStart();
    if (!server_) peer::fail("cannot listen at " + place);
    for (const auto& queue : queues_) {
      for (int i = 0; i < kCallsAhead; ++i) ask_all(queue.get());
      threads_.emplace_back([&queue] { run(*queue); });
    }
  }
  ~Server() {
    server_->Shutdown(std::chrono::system_clock::now());
    places_.wait_for_none();
    for (const auto& queue : queues_) queue->Shutdown();
    for (std::thread& thread : threads_) thread.join();
  }
  int port() const { return port_; }

 private:
  using Average = ServerCall<peers::AverageRequest, peers::CalcResponse>;
  using Echo = ServerCall<peers::Payload, peers::Payload>;

  void ask_all(grpc::ServerCompletionQueue* queue) {
    add<Average>(&peers::Calc::AsyncService::RequestAverage, queue, [](Average& call) {
      peer::average(call.request, call.response);
      call.finish();
    });
    add<Average>(&peers::Calc::AsyncService::RequestBlock, queue, [this](Average& call) {
      pool_.post([&call] {
        std::this_thread::sleep_for(peer::kBlockFor);
        peer::average(call.request, call.response);
        call.finish();
      });
    });
    add<Echo>(&peers::Calc::AsyncService::RequestEcho, queue, [](Echo& call) {
      call.response.set_data(call.request.data());
      call.finish();
    });
    new WaitingCall(service_, *queue, places_);
  }

  template <typename Call, typename Method>
  void add(Method method, grpc::ServerCompletionQueue* queue, typename Call::Answer answer) {
    const auto ask = [this, method, queue](auto* context, auto* request, auto* writer, void* tag) {
      (service_.*method)(context, request, writer, queue, queue, tag);
    };
    calls_.push_back(std::make_unique<Call>(ask, std::move(answer), places_));
  }

  peers::Calc::AsyncService service_;
  int port_ = 0;
  Places places_;
  std::vector<std::unique_ptr<Event>> calls_;
  std::vector<std::unique_ptr<grpc::ServerCompletionQueue>> queues_;
  std::unique_ptr<grpc::Server> server_;
  std::vector<std::thread> threads_;
  peer::BlockingPool pool_;  // ends first: what it runs uses the above
};

void serve(const std::string& place) {
  const Server server(place);
  peer::serve_until_told("127.0.0.1:" + std::to_string(server.port()));
}

/// All callers of a method.
template <typename Request, typename Response>
class Callers {
 public:
  using Reader = grpc::ClientAsyncResponseReader<Response>;
  using Method = std::function<std::unique_ptr<Reader>(grpc::ClientContext*, const Request&,
                                                       grpc::CompletionQueue*)>;

  Callers(Method method, Request request, const Work& work, const peer::Plan& plan)
      : method_(std::move(method)),
        request_(std::move(request)),
        work_(work),
        queues_(static_cast<std::size_t>(kThreads)),
        calls_(static_cast<std::size_t>(plan.callers)),
        loop_(plan, [this](std::size_t caller) { start(caller); }) {
    for (std::size_t i = 0; i < calls_.size(); ++i) {
      calls_[i].index = i;
      calls_[i].all = this;
    }
  }

  peer::Result run() {
    std::vector<std::thread> threads;
    for (grpc::CompletionQueue& queue : queues_) threads.emplace_back([&] { ::run(queue); });
    peer::Result result = loop_.run();
    for (grpc::CompletionQueue& queue : queues_) queue.Shutdown();
    for (std::thread& thread : threads) thread.join();
    return result;
  }

 private:
  struct Call final : Event {
    void happened(bool) override {
      all->loop_.ended(index, status.ok() && is_right(all->work_, response));
    }

    std::size_t index = 0;
    Callers* all = nullptr;
    std::optional<grpc::ClientContext> context;
    std::unique_ptr<Reader> reader;
    Response response;
    grpc::Status status;
  };

  void start(std::size_t caller) {
    Call& call = calls_[caller];
    call.reader.reset();
    call.context.emplace();
    call.context->set_deadline(std::chrono::system_clock::now() + peer::kTimeout);
    call.reader = method_(&*call.context, request_, &queues_[caller % queues_.size()]);
    call.reader->Finish(&call.response, &call.status, &call);
  }

  const Method method_;
  const Request request_;
  const Work work_;
  std::vector<grpc::CompletionQueue> queues_;
  std::vector<Call> calls_;
  peer::AsyncLoop loop_;
};

peer::Result load(const std::string& address, const Work& work, const peer::Plan& plan) {
  const auto stub =
      peers::Calc::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  const auto method = [&stub](auto async) {
    return [&stub, async](auto* context, const auto& request, auto* queue) {
      return ((*stub).*async)(context, request, queue);
    };
  };
  using Stub = peers::Calc::Stub;
  if (work.kind == Work::Kind::kEcho) {
    return Callers<peers::Payload, peers::Payload>(method(&Stub::AsyncEcho), peer::payload(work),
                                                   work, plan)
        .run();
  }
  auto average = &Stub::AsyncAverage;
  if (work.kind == Work::Kind::kBlock) average = &Stub::AsyncBlock;
  if (work.kind == Work::Kind::kWait) average = &Stub::AsyncWait;
  return Callers<peers::AverageRequest, peers::CalcResponse>(method(average),
                                                             peer::average_request(), work, plan)
      .run();
}

}  // namespace

int main(int argc, char** argv) {
  return peer::run({"grpc++ " + grpc::Version() + " (completion queues)", serve, load}, argc, argv);
}
