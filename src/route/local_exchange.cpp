#include "route/local_exchange.hpp"

#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/strings.hpp"
#include "route/pending_call.hpp"
#include "route/pending_stream.hpp"
#include "rpc/client_stats.hpp"
#include "rpc/request_head.hpp"
#include "rpc/request_header.hpp"

namespace fairlead::route {
namespace {

// After so many calls the loop gets its turn: calls that end without waiting for anything would
// keep it from its sockets and timers for as long as they come.
constexpr int kCallsInARow = 64;
constexpr std::size_t kKeepBuffer = 1 << 20;  // a buffer grown beyond it is given back

rpc::RequestHead head_of(const rpc::OutgoingCall& call) {
  rpc::RequestHead head;
  head.timeout = call.timeout;
  head.previous_attempts = call.previous_attempts;
  if (!call.trace.valid()) return head;
  head.trace = call.trace;
  head.trace_state = call.trace_state;
  return head;
}

// Tells the server that a call which still waits has been given up, or its task dropped. A server
// that goes has ended the calls that wait before.
class CancelOnLeave {
 public:
  CancelOnLeave(rpc::MethodServer& server, const rpc::ReplySink& sink, nats::RequestMux& requests,
                const PendingCall& pending)
      : server_(server), sink_(sink), requests_(requests), pending_(pending) {}
  ~CancelOnLeave() {
    if (pending_.waits()) server_.cancel(std::string(requests_.reply_of(pending_)), &sink_);
  }
  CancelOnLeave(const CancelOnLeave&) = delete;
  CancelOnLeave& operator=(const CancelOnLeave&) = delete;

 private:
  rpc::MethodServer& server_;
  const rpc::ReplySink& sink_;
  nats::RequestMux& requests_;
  const PendingCall& pending_;
};

}  // namespace

// Reads replies, also those that were handed over.
class LocalExchange::Reader final : public rpc::ReplyReader {
 public:
  Reader(LocalExchange& exchange, rpc::ReplyReader& reader)
      : exchange_(exchange), reader_(reader) {}

  absl::Status read(std::string_view header, std::string_view payload) override {
    answered_ = true;
    const auto* const message = std::exchange(exchange_.handed_over_, nullptr);
    return message ? reader_.read_message(header, *message) : reader_.read(header, payload);
  }

  bool answered() const { return answered_; }

 private:
  LocalExchange& exchange_;
  rpc::ReplyReader& reader_;
  bool answered_ = false;
};

LocalExchange::LocalExchange(LoopCore& loop)
    : loop_(loop), requests_("_LOCAL"), frames_(std::make_shared<LocalFrames>(loop, requests_)) {}

void LocalExchange::host(const std::string& subject, rpc::MethodServer& server) {
  servers_.emplace(subject, &server);
  ++version_;
}

void LocalExchange::host(const std::string& subject, rpc::StreamServer& server) {
  streams_.emplace(subject, &server);
}

void LocalExchange::leave(const rpc::CallServer& server) {
  const auto is_it = [&server](const auto& entry) { return entry.second == &server; };
  absl::erase_if(servers_, is_it);
  absl::erase_if(streams_, is_it);
  ++version_;
}

void LocalExchange::fail(std::string_view subject, const absl::Status& reason) {
  requests_.fail_subject(subject, reason);
}

rpc::MethodServer* LocalExchange::find(std::string_view subject) const {
  const auto found = servers_.find(to_absl(subject));
  return found == servers_.end() ? nullptr : found->second;
}

rpc::StreamServer* LocalExchange::find_stream(std::string_view subject) const {
  const auto found = streams_.find(to_absl(subject));
  return found == streams_.end() ? nullptr : found->second;
}

Task<absl::Status> LocalExchange::call(rpc::MethodServer& server, const rpc::OutgoingCall& call,
                                       rpc::ReplyReader& reader) {
  if (call.abandoned()) co_return rpc::given_up(call.subject);
  Reader local_reader(*this, reader);
  PendingCall pending(call, local_reader);
  const CancelOnLeave cancel_on_leave(server, *this, requests_, pending);
  const std::string_view peer = requests_.open(pending, call.subject);
  serve(server, peer, call);
  if (!pending.done()) loop_.arm(pending, call.deadline);
  if (++in_a_row_ < kCallsInARow) {
    // It ended with its answer: to look at the clock again would cost as much as to copy messages.
    if (local_reader.answered() && call.measured) call.measured->set_end(server.last_end());
  } else {
    in_a_row_ = 0;
    co_await boost::asio::post(loop_.context(), boost::asio::use_awaitable);
  }
  if (pending.is_open()) co_await pending.ended();
  co_return pending.take_status();
}

void LocalExchange::send(rpc::MethodServer& server, const rpc::OutgoingCall& call) {
  serve(server, "", call);
}

std::unique_ptr<rpc::Reception> LocalExchange::open(rpc::StreamServer& server,
                                                    const rpc::StreamRequest& request,
                                                    rpc::FrameReceiver& receiver) {
  auto pending = std::make_unique<PendingStream>(request.subject, receiver, frames_);
  rpc::IncomingCall incoming;
  incoming.peer = requests_.open(*pending, request.subject);
  incoming.header = request.header;
  incoming.payload = request.payload;
  incoming.frames = frames_.get();
  loop_.arm(*pending, request.deadline);
  server.serve(incoming);
  return pending;
}

void LocalExchange::serve(rpc::MethodServer& server, std::string_view peer,
                          const rpc::OutgoingCall& call) {
  rpc::IncomingCall incoming;
  incoming.peer = peer;
  incoming.message = call.request;
  incoming.arrived = call.sent_at();
  incoming.sink = this;
  if (call.metadata->empty()) {
    const rpc::RequestHead head = head_of(call);
    incoming.head = &head;
    server.serve(incoming);
  } else {
    // Metadata takes its form by being written and read, as on the other routes.
    const rpc::RequestHeader header(call);
    incoming.header = header.block();
    server.serve(incoming);
  }
}

absl::Status LocalExchange::send(std::string_view peer, std::string_view header, std::size_t size,
                                 absl::FunctionRef<void(char*)> write_payload) {
  reply_.clear();
  write_payload(reply_.prepare(size));
  reply_.commit(size);
  nats::MessageView reply;
  reply.subject = peer;
  reply.header = header;
  reply.payload = reply_.view();
  requests_.deliver(reply);  // nobody may wait for it any more
  reply_.clear();
  reply_.shrink(kKeepBuffer);
  return absl::OkStatus();
}

bool LocalExchange::hand_over(std::string_view peer, std::string_view header,
                              const google::protobuf::Message& reply) {
  nats::MessageView message;
  message.subject = peer;
  message.header = header;
  handed_over_ = &reply;
  requests_.deliver(message);  // nobody may wait for it any more
  handed_over_ = nullptr;
  return true;
}

void LocalExchange::shut_down() {
  // Who calls again when told so finds nobody.
  servers_.clear();
  streams_.clear();
  ++version_;
  frames_->close();
  requests_.fail_all(absl::UnavailableError("the loop of the service has ended"));
}

}  // namespace fairlead::route
