#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include <absl/status/status.h>
#include <google/protobuf/message.h>

#include "fairlead/client.hpp"
#include "fairlead/stream.hpp"

#include "rpc/middleware_resolution.hpp"

namespace fairlead::route {

/// How a call is made, and a stream opened, inside of them.
using MakeCall =
    std::function<Task<absl::Status>(const google::protobuf::Message& request,
                                     google::protobuf::Message& response, const CallOptions&)>;
using OpenStream = std::function<std::shared_ptr<Stream>(const google::protobuf::Message* request,
                                                         const CallOptions&)>;

/// When a caller stops waiting who waits so long: then, or when the call ends on whose behalf it
/// calls.
Deadline deadline_of(std::chrono::nanoseconds timeout);

/// A call that meets middlewares. What is referred to outlives the task.
Task<absl::Status> pass_call(std::shared_ptr<const rpc::MethodMiddlewares> around, MakeCall make,
                             const google::protobuf::Message& request,
                             google::protobuf::Message& response, const CallOptions& options);

/// A stream that meets middlewares, to be opened by `open` when they let it. Once it has been read
/// to its end, finished or cancelled, they see how it ended, and the program what they make of it.
std::shared_ptr<Stream> pass_stream(Loop& loop,
                                    std::shared_ptr<const rpc::MethodMiddlewares> around,
                                    OpenStream open, const google::protobuf::Message* request,
                                    const CallOptions& options);

}  // namespace fairlead::route
