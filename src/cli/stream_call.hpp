#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include <google/protobuf/message.h>

#include "fairlead/client.hpp"
#include "fairlead/task.hpp"

namespace fairlead::cli {

/// A call of a method that streams, of types known only at run time.
struct StreamCall {
  StreamCall() {}

  const Client* client = nullptr;
  std::size_t index = 0;
  MethodKind kind = MethodKind::kServerStream;
  const std::vector<std::unique_ptr<google::protobuf::Message>>* requests = nullptr;
  std::function<std::unique_ptr<google::protobuf::Message>()> new_response;
  const google::protobuf::DescriptorPool* pool = nullptr;  // that knows the types of details
  CallOptions options;
};

/// Sends the requests and prints each response on a line of its own as it comes. All requests are
/// one stream; of a method that takes only one each opens a stream, one after the other. What
/// `call` points to lives until the task ends. Returns the exit code.
Task<int> call_stream(StreamCall call);

}  // namespace fairlead::cli
