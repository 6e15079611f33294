#include "fairlead/stream_handler.hpp"

namespace fairlead {

absl::Status StreamHandler::handle(Context&, google::protobuf::Message&,
                                   google::protobuf::Message&) {
  return absl::InternalError("a streaming method was called as one with one reply");
}

Task<absl::Status> StreamHandler::handle_async(Context&, google::protobuf::Message&,
                                               google::protobuf::Message&) {
  co_return absl::InternalError("a streaming method was called as one with one reply");
}

}  // namespace fairlead
