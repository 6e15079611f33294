// A service and a client of grpc++, its callback interface on both sides.
//
// It is the form that gRPC's guide to performance in C++ advises: handlers run on the library's own
// threads and end at once by the default reactor; all callers share one channel and one stub.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <grpcpp/alarm.h>
#include <grpcpp/grpcpp.h>

#include "blocking_pool.hpp"
#include "peer.hpp"
#include "peers.grpc.pb.h"

namespace {

using grpc::CallbackServerContext;
using peer::Work;

class Service final : public peers::Calc::CallbackService {
  grpc::ServerUnaryReactor* Average(CallbackServerContext* context,
                                    const peers::AverageRequest* request,
                                    peers::CalcResponse* response) override {
    peer::average(*request, *response);
    return answered(context);
  }
  grpc::ServerUnaryReactor* Block(CallbackServerContext* context,
                                  const peers::AverageRequest* request,
                                  peers::CalcResponse* response) override {
    auto* const reactor = context->DefaultReactor();
    pool_.post([=] {
      std::this_thread::sleep_for(peer::kBlockFor);
      peer::average(*request, *response);
      reactor->Finish(grpc::Status::OK);
    });
    return reactor;
  }
  grpc::ServerUnaryReactor* Wait(CallbackServerContext* context,
                                 const peers::AverageRequest* request,
                                 peers::CalcResponse* response) override {
    auto* const reactor = context->DefaultReactor();
    auto* const alarm = new grpc::Alarm;
    alarm->Set(std::chrono::system_clock::now() + peer::kWaitFor, [=](bool) {
      peer::average(*request, *response);
      reactor->Finish(grpc::Status::OK);
      delete alarm;
    });
    return reactor;
  }
  grpc::ServerUnaryReactor* Echo(CallbackServerContext* context, const peers::Payload* request,
                                 peers::Payload* response) override {
    response->set_data(request->data());
    return answered(context);
  }

  static grpc::ServerUnaryReactor* answered(CallbackServerContext* context) {
    auto* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  peer::BlockingPool pool_;
};

void serve(const std::string& place) {
  Service service;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(place, grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  if (!server) peer::fail("cannot listen at " + place);
  peer::serve_until_told("127.0.0.1:" + std::to_string(port));
  server->Shutdown(std::chrono::system_clock::now());
}

/// All callers of a method.
template <typename Request, typename Response>
class Callers {
 public:
  using Method = std::function<void(grpc::ClientContext*, const Request*, Response*,
                                    std::function<void(grpc::Status)>)>;

  Callers(Method method, Request request, const Work& work, const peer::Plan& plan)
      : method_(std::move(method)),
        request_(std::move(request)),
        work_(work),
        calls_(static_cast<std::size_t>(plan.callers)),
        loop_(plan, [this](std::size_t caller) { start(caller); }) {}

  peer::Result run() { return loop_.run(); }

 private:
  struct Call {
    std::optional<grpc::ClientContext> context;
    Response response;
  };

  void start(std::size_t caller) {
    Call& call = calls_[caller];
    call.context.emplace();
    call.context->set_deadline(std::chrono::system_clock::now() + peer::kTimeout);
    method_(&*call.context, &request_, &call.response, [this, caller](const grpc::Status& status) {
      loop_.ended(caller, status.ok() && is_right(work_, calls_[caller].response));
    });
  }

  const Method method_;
  const Request request_;
  const Work work_;
  std::vector<Call> calls_;
  peer::AsyncLoop loop_;
};

peer::Result load(const std::string& address, const Work& work, const peer::Plan& plan) {
  const auto stub =
      peers::Calc::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  auto* const async = stub->async();
  if (work.kind == Work::Kind::kEcho) {
    using Echo = Callers<peers::Payload, peers::Payload>;
    const auto echo = [=](auto... arguments) { async->Echo(std::move(arguments)...); };
    return Echo(echo, peer::payload(work), work, plan).run();
  }
  using Average = Callers<peers::AverageRequest, peers::CalcResponse>;
  const auto average = [=](auto... arguments) { async->Average(std::move(arguments)...); };
  const auto block = [=](auto... arguments) { async->Block(std::move(arguments)...); };
  const auto wait = [=](auto... arguments) { async->Wait(std::move(arguments)...); };
  Average::Method method = average;
  if (work.kind == Work::Kind::kBlock) method = block;
  if (work.kind == Work::Kind::kWait) method = wait;
  return Average(method, peer::average_request(), work, plan).run();
}

}  // namespace

int main(int argc, char** argv) {
  return peer::run({"grpc++ " + grpc::Version() + " (callbacks)", serve, load}, argc, argv);
}
