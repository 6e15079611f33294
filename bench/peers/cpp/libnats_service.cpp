// A service and a client of libnats, with protobuf. It has no framework for services: a method is a
// subscription in a queue group, and a caller one to its inbox.
//
// The library has two forms, each the fastest for some loads, so there are two programs: messages
// are written at once (SEND_AT_ONCE: natsOptions_SetSendAsap), which few calls at a time want, or
// up to 1 ms later by its thread that flushes, which many want. Replies come by its pool of one
// thread that is meant for many subscriptions: calls that wait in threads (natsConnection_Request)
// are slower from two callers on.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <nats/nats.h>

#include "peer.hpp"

namespace {

using peer::Work;

void must(natsStatus status, const std::string& what) {
  if (status != NATS_OK) peer::fail(what + ": " + natsStatus_GetText(status));
}

class Connection {
 public:
  enum class Delivery { kThreadPerSubscription, kOneThread };

  Connection(const std::string& url, Delivery delivery) {
    natsOptions* options = nullptr;
    must(natsOptions_Create(&options), "options");
    must(natsOptions_SetURL(options, url.c_str()), "URL");
    must(natsOptions_SetSendAsap(options, SEND_AT_ONCE), "send as soon as possible");
    must(natsOptions_UseGlobalMessageDelivery(options, delivery == Delivery::kOneThread),
         "delivery");
    must(natsConnection_Connect(&connection_, options), "connect to " + url);
    natsOptions_Destroy(options);
  }
  ~Connection() {
    natsConnection_Close(connection_);
    for (natsSubscription* subscription : subscriptions_) natsSubscription_Destroy(subscription);
    natsConnection_Destroy(connection_);
  }
  /// Calls `handler` with what comes, or with null when nothing does in time.
  void listen(const char* subject, natsMsgHandler handler, void* closure) {
    subscriptions_.emplace_back();
    must(natsConnection_SubscribeTimeout(&subscriptions_.back(), connection_, subject,
                                         std::chrono::milliseconds(peer::kTimeout).count(), handler,
                                         closure),
         "subscribe");
  }
  natsConnection* get() { return connection_; }

  /// `handler` answers the calls of a method, in `threads` threads.
  void serve(const std::string& subject, natsMsgHandler handler, int threads) {
    for (int i = 0; i < threads; ++i) {
      subscriptions_.emplace_back();
      must(natsConnection_QueueSubscribe(&subscriptions_.back(), connection_, subject.c_str(), "q",
                                         handler, nullptr),
           "subscribe");
    }
  }

 private:
  natsConnection* connection_ = nullptr;
  std::vector<natsSubscription*> subscriptions_;
};

template <typename Message>
bool parse(natsMsg* bytes, Message& message) {
  return message.ParseFromArray(natsMsg_GetData(bytes), natsMsg_GetDataLength(bytes));
}

/// A method's handler; messages are used again and again, as protobuf advises.
template <typename Request, typename Response, void (*method)(const Request&, Response&)>
void handle(natsConnection* connection, natsSubscription*, natsMsg* call, void*) {
  thread_local Request request;
  thread_local Response response;
  thread_local std::string bytes;
  // A call that cannot be parsed has no answer: there is no convention for errors.
  if (parse(call, request)) {
    response.Clear();
    method(request, response);
    response.SerializeToString(&bytes);
    natsConnection_Publish(connection, natsMsg_GetReply(call), bytes.data(),
                           static_cast<int>(bytes.size()));
  }
  natsMsg_Destroy(call);
}

void block(const peers::AverageRequest& request, peers::CalcResponse& response) {
  std::this_thread::sleep_for(peer::kBlockFor);
  peer::average(request, response);
}

void echo(const peers::Payload& request, peers::Payload& response) {
  response.set_data(request.data());
}

void serve(const std::string& place) {
  Connection connection(place, Connection::Delivery::kThreadPerSubscription);
  using Request = peers::AverageRequest;
  using Response = peers::CalcResponse;
  connection.serve("bench.calc.Average", handle<Request, Response, peer::average>, 1);
  connection.serve("bench.calc.Block", handle<Request, Response, block>, peer::kBlockingThreads);
  connection.serve("bench.calc.Echo", handle<peers::Payload, peers::Payload, echo>, 1);
  must(natsConnection_Flush(connection.get()), "flush");
  peer::serve_until_told(place);
}

/// All callers of a method, each with an inbox of its own: its subscription ends the call, or tells
/// that nothing came in time.
template <typename Response, typename Request>
class Callers {
 public:
  Callers(const std::string& address, const std::string& subject, const Request& request,
          const Work& work, const peer::Plan& plan)
      : subject_(subject),
        request_(request),
        work_(work),
        callers_(static_cast<std::size_t>(plan.callers)),
        connection_(address, Connection::Delivery::kOneThread),
        loop_(plan, [this](std::size_t caller) { start(callers_[caller]); }) {
    for (std::size_t i = 0; i < callers_.size(); ++i) {
      Caller& caller = callers_[i];
      caller.index = i;
      caller.all = this;
      must(natsInbox_Create(&caller.inbox), "inbox");
      connection_.listen(caller.inbox, on_reply, &caller);
    }
    must(natsConnection_Flush(connection_.get()), "flush");
  }
  ~Callers() {
    for (Caller& caller : callers_) natsInbox_Destroy(caller.inbox);
  }

  peer::Result run() { return loop_.run(); }

 private:
  using Clock = peer::Clock;
  static constexpr Clock::time_point kNever{};

  struct Caller {
    std::size_t index = 0;
    Callers* all = nullptr;
    natsInbox* inbox = nullptr;
    std::atomic<Clock::time_point> started = kNever;
  };

  void start(Caller& caller) {
    thread_local std::string bytes;
    request_.SerializeToString(&bytes);
    caller.started = Clock::now();
    if (natsConnection_PublishRequest(connection_.get(), subject_.c_str(), caller.inbox,
                                      bytes.data(), static_cast<int>(bytes.size())) != NATS_OK) {
      peer::fail("cannot publish a request");
    }
  }

  /// `reply` is null when for so long none came, which may be since before the call.
  static void on_reply(natsConnection*, natsSubscription*, natsMsg* reply, void* closure) {
    thread_local Response response;
    auto& caller = *static_cast<Caller*>(closure);
    const Clock::time_point started = caller.started;
    const bool right = reply && parse(reply, response) && is_right(caller.all->work_, response);
    natsMsg_Destroy(reply);
    if (started == kNever || (!reply && Clock::now() - started < peer::kTimeout)) return;
    caller.started = kNever;
    caller.all->loop_.ended(caller.index, right);
  }

  const std::string subject_;
  const Request request_;
  const Work work_;
  std::vector<Caller> callers_;
  Connection connection_;
  peer::AsyncLoop loop_;
};

peer::Result load(const std::string& address, const Work& work, const peer::Plan& plan) {
  if (work.kind == Work::Kind::kEcho) {
    return Callers<peers::Payload, peers::Payload>(address, "bench.calc.Echo", peer::payload(work),
                                                   work, plan)
        .run();
  }
  const bool blocks = work.kind == Work::Kind::kBlock;
  return Callers<peers::CalcResponse, peers::AverageRequest>(
             address, blocks ? "bench.calc.Block" : "bench.calc.Average", peer::average_request(),
             work, plan)
      .run();
}

}  // namespace

int main(int argc, char** argv) {
  const std::string form = SEND_AT_ONCE ? " (at once)" : " (buffered)";
  return peer::run({"libnats " + std::string(nats_GetVersion()) + form, serve, load}, argc, argv);
}
