#pragma once

#include <memory>

#include <absl/status/status.h>
#include <google/protobuf/message.h>

#include "fairlead/context.hpp"
#include "fairlead/task.hpp"

namespace fairlead {

/// One method of a user's class with its types erased: what a server calls. Generated code makes
/// these with make_method_handler(); an own implementation serves methods known only at run time.
class MethodHandler {
 public:
  virtual ~MethodHandler() = default;

  /// A coroutine runs on the loop; a plain function may block, so it runs on the worker pool.
  virtual bool is_coroutine() const = 0;

  /// A new, empty message of the method's type. Servers make few and reuse them.
  virtual std::unique_ptr<google::protobuf::Message> new_request() const = 0;
  virtual std::unique_ptr<google::protobuf::Message> new_response() const = 0;

  /// Runs a plain function; called on a worker thread, by several at once. `request` may be
  /// changed. May throw. Never called for a coroutine.
  virtual absl::Status handle(Context& context, google::protobuf::Message& request,
                              google::protobuf::Message& response) = 0;

  /// Runs a coroutine; called on a loop. `request` may be changed; all three outlive the task. May
  /// throw. Never called for a plain function.
  virtual Task<absl::Status> handle_async(Context& context, google::protobuf::Message& request,
                                          google::protobuf::Message& response) = 0;
};

}  // namespace fairlead
