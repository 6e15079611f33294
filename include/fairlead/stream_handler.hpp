#pragma once

#include <absl/status/status.h>
#include <google/protobuf/message.h>

#include "fairlead/context.hpp"
#include "fairlead/method_handler.hpp"
#include "fairlead/stream.hpp"
#include "fairlead/task.hpp"

namespace fairlead {

/// One streaming method of a user's class with its types erased. Generated code makes these with
/// the functions of fairlead/server_stream.hpp. Always a coroutine.
class StreamHandler : public MethodHandler {
 public:
  /// Serves one stream; called on a loop, for several at once. `request` is that of a server
  /// stream, empty otherwise, and may be changed; all three outlive the task. The status is the end
  /// of the stream. May throw.
  virtual Task<absl::Status> handle_stream(Context& context, google::protobuf::Message& request,
                                           Stream& stream) = 0;

  bool is_coroutine() const final { return true; }
  absl::Status handle(Context& context, google::protobuf::Message& request,
                      google::protobuf::Message& response) final;
  Task<absl::Status> handle_async(Context& context, google::protobuf::Message& request,
                                  google::protobuf::Message& response) final;
};

}  // namespace fairlead
