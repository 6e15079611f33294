#include "fairlead/blocking_stream.hpp"

#include "fairlead/block_on.hpp"

namespace fairlead::detail {
namespace {

Task<absl::Status> open_now(const std::function<std::shared_ptr<Stream>()>& open,
                            std::shared_ptr<Stream>& stream) {
  stream = open();
  co_return absl::OkStatus();
}

Task<absl::Status> read_one(Stream& stream, google::protobuf::Message& message, bool& found) {
  found = co_await stream.read(message);
  co_return absl::OkStatus();
}

Task<absl::Status> close_now(Stream& stream) {
  stream.close_writing();
  co_return absl::OkStatus();
}

}  // namespace

BlockingStream::BlockingStream(Loop& loop, const std::function<std::shared_ptr<Stream>()>& open)
    : loop_(&loop) {
  open_status_ = block_on(loop, open_now(open, stream_));
}

BlockingStream::~BlockingStream() {
  cancel();
}

void BlockingStream::cancel() {
  if (stream_) loop_->post([stream = stream_] { stream->cancel(); });
}

bool BlockingStream::read_message(google::protobuf::Message& message) {
  bool found = false;
  if (stream_) block_on(*loop_, read_one(*stream_, message, found)).IgnoreError();
  return found;
}

absl::Status BlockingStream::write_message(const google::protobuf::Message& message) {
  if (!stream_) return open_status_;
  return block_on(*loop_, stream_->write(message));
}

void BlockingStream::close() {
  if (stream_) block_on(*loop_, close_now(*stream_)).IgnoreError();
}

absl::Status BlockingStream::wait_for_end() {
  if (!stream_) return open_status_;
  return block_on(*loop_, stream_->finish());
}

}  // namespace fairlead::detail
