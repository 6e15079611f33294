#include "cli/stream_call.hpp"

#include <iostream>
#include <string>

#include "fairlead/task_scope.hpp"

#include "cli/message_json.hpp"
#include "cli/services.hpp"

namespace fairlead::cli {
namespace {

/// Prints what comes, until the end. Not OK: a response cannot be shown.
Task<absl::Status> print_responses(Stream& stream, const StreamCall& call) {
  const std::unique_ptr<google::protobuf::Message> response = call.new_response();
  while (true) {
    const bool more = co_await stream.read(*response);
    if (!more) co_return absl::OkStatus();
    const absl::StatusOr<std::string> json = message_to_json(*response);
    if (!json.ok()) co_return json.status();
    std::cout << *json << std::endl;
  }
}

/// Sends all requests. When the service takes no more, the end of the stream says why.
Task<void> send_requests(Stream& stream, const StreamCall& call, absl::Status& too_large) {
  absl::Status status;
  for (const auto& request : *call.requests) {
    status = co_await stream.write(*request);
    if (!status.ok()) break;
  }
  if (!status.ok() && stream.status().ok() && !absl::IsFailedPrecondition(status)) {
    too_large = status;
    stream.cancel();
  }
  stream.close_writing();
}

Task<int> run_stream(const StreamCall& call, const google::protobuf::Message* request) {
  const auto stream = call.client->open_stream(call.index, request, call.options);
  absl::Status sent;
  TaskScope scope(call.client->loop());
  if (!request) scope.spawn(send_requests(*stream, call, sent));
  const absl::Status printed = co_await print_responses(*stream, call);
  if (!printed.ok()) stream->cancel();
  absl::Status status = co_await stream->finish();
  co_await scope.join();
  if (!sent.ok()) status = sent;
  if (!printed.ok()) status = printed;
  if (status.ok()) co_return kDone;
  const int code = fail(status);
  std::cerr << details_of(status, call.pool);
  co_return code;
}

}  // namespace

Task<int> call_stream(StreamCall call) {
  if (call.kind != MethodKind::kServerStream) co_return co_await run_stream(call, nullptr);
  int code = kDone;
  for (const auto& request : *call.requests) {
    const int ended = co_await run_stream(call, request.get());
    if (ended != kDone) code = ended;
  }
  co_return code;
}

}  // namespace fairlead::cli
