#include "cli/stream_call.hpp"

#include <iostream>

#include "fairlead/task_scope.hpp"

#include "cli/give_up.hpp"
#include "cli/message_json.hpp"
#include "cli/services.hpp"

namespace fairlead::cli {
namespace {

/// Prints what comes, until the end. Not OK: a response cannot be shown.
Task<absl::Status> print_responses(Stream& stream, const StreamCall& call) {
  const MessagePointer response = call.method->new_response();
  while (true) {
    const bool more = co_await stream.read(*response);
    if (!more) co_return absl::OkStatus();
    const absl::StatusOr<std::string> json = message_to_json(*response);
    if (!json.ok()) co_return json.status();
    std::cout << *json << std::endl;
  }
}

/// Sends each request as it comes. When the service takes no more, the end of the stream says why;
/// `fault` says what is wrong with a request.
Task<void> send_requests(Stream& stream, const StreamCall& call, absl::Status& fault) {
  while (true) {
    const absl::StatusOr<MessagePointer> request = co_await call.requests->next();
    if (!request.ok()) {
      fault = request.status();
      break;
    }
    if (*request == nullptr) break;
    const absl::Status written = co_await stream.write(**request);
    if (written.ok()) continue;
    if (stream.status().ok() && !absl::IsFailedPrecondition(written)) fault = written;
    break;
  }
  if (!fault.ok()) stream.cancel();
  stream.close_writing();
}

Task<int> run_stream(const StreamCall& call, const google::protobuf::Message* request,
                     bool& interrupted) {
  GiveUp give_up(call.connection, call.cancel_after);
  const CallOptions options = give_up.with(call.options);
  const auto stream = call.client->open_stream(call.method->index(), request, options);
  absl::Status fault;
  TaskScope scope(call.client->loop());
  if (!request) scope.spawn(send_requests(*stream, call, fault));
  const absl::Status printed = co_await print_responses(*stream, call);
  if (!printed.ok()) stream->cancel();
  absl::Status status = co_await stream->finish();
  if (!request) call.requests->stop();
  co_await scope.join();
  interrupted = give_up.interrupted();
  status = co_await give_up.explain(status);
  if (!fault.ok()) status = fault;
  if (!printed.ok()) status = printed;
  if (status.ok()) co_return kDone;
  const int code = fail(status);
  std::cerr << details_of(status, &call.method->pool());
  co_return code;
}

}  // namespace

Task<int> call_stream(StreamCall call) {
  bool interrupted = false;
  if (call.method->method().kind != MethodKind::kServerStream) {
    co_return co_await run_stream(call, nullptr, interrupted);
  }
  int code = kDone;
  while (true) {
    const absl::StatusOr<MessagePointer> request = co_await call.requests->next();
    if (!request.ok()) co_return fail(request.status());
    if (*request == nullptr) co_return code;
    const int ended = co_await run_stream(call, request->get(), interrupted);
    if (ended != kDone) code = ended;
    if (interrupted) co_return code;
  }
}

}  // namespace fairlead::cli
