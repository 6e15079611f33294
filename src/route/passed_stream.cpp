#include "route/passed_stream.hpp"

#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>

#include "core/call_executor.hpp"
#include "core/loop_core.hpp"
#include "rpc/second_run.hpp"

namespace fairlead::route {
namespace {

Deadline deadline_of_stream(const CallOptions& options) {
  if (options.timeout()) return deadline_of(*options.timeout());
  const ServedCall* const served = ServedCall::current();
  return served ? served->deadline() : Deadline::never();
}

std::unique_ptr<google::protobuf::Message> copy_of(const google::protobuf::Message* message) {
  if (!message) return nullptr;
  std::unique_ptr<google::protobuf::Message> copy(message->New());
  copy->CopyFrom(*message);
  return copy;
}

}  // namespace

PassedStream::PassedStream(Loop& loop, std::shared_ptr<const rpc::MethodMiddlewares> around,
                           OpenStream open, const google::protobuf::Message* request,
                           const CallOptions& options)
    : loop_(loop),
      around_(std::move(around)),
      open_(std::move(open)),
      request_(copy_of(request)),
      options_(options),
      wanted_metadata_(options.reply_metadata()),
      metadata_(options.metadata()),
      call_(around_->method, metadata_, reply_metadata_, deadline_of_stream(options),
            request_.get(), nullptr) {}

void PassedStream::start() {
  // What is opened on behalf of a call that is served works for that call.
  ServedCall* const served = ServedCall::current();
  const auto executor = executor_for(loop_.core().context(), served ? served->fork() : nullptr);
  boost::asio::co_spawn(executor, pass(shared_from_this()), [](std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure);
  });
}

Task<void> PassedStream::pass(std::shared_ptr<PassedStream> self) {
  const Next next(self->around_->list, self->call_, *self);
  absl::Status status;
  try {
    status = co_await next();
  } catch (...) {
    status = absl::InternalError("a middleware of the client has thrown an exception");
  }
  // One that was opened and then given up by a middleware.
  if (self->inner_) self->inner_->cancel();
  self->status_ = std::move(status);
  self->through_ = true;
  if (self->wanted_metadata_) *self->wanted_metadata_ = self->reply_metadata_;
  self->changed_.wake_all();
}

Task<absl::Status> PassedStream::run() {
  if (inner_) co_return rpc::second_run_error(around_->method);
  if (cancelled_) co_return absl::CancelledError("the stream was cancelled before it was opened");
  if (!call_.deadline().is_never()) options_.set_timeout(call_.deadline().remaining());
  options_.set_metadata(metadata_).set_reply_metadata(&reply_metadata_);
  inner_ = open_(request_.get(), options_);
  stream_.emplace(around_->list, call_, *inner_);
  if (closed_) stream_->close_writing();
  changed_.wake_all();
  while (!let_go_) co_await changed_.wait(loop_.core());
  absl::Status status = stream_->status();
  co_return status;
}

Task<void> PassedStream::opened() {
  while (!stream_ && !through_) co_await changed_.wait(loop_.core());
}

Task<void> PassedStream::let_go() {
  let_go_ = true;
  changed_.wake_all();
  while (!through_) co_await changed_.wait(loop_.core());
}

Task<bool> PassedStream::read(google::protobuf::Message& message) {
  const auto self = shared_from_this();
  co_await opened();
  if (through_) co_return false;
  const bool found = co_await stream_->read(message);
  if (found) co_return true;
  co_await let_go();
  co_return false;
}

Task<absl::Status> PassedStream::write(const google::protobuf::Message& message) {
  const auto self = shared_from_this();
  co_await opened();
  if (!through_) {
    absl::Status written = co_await stream_->write(message);
    co_return written;
  }
  if (!status_.ok()) co_return status_;
  co_return absl::FailedPreconditionError("the stream has ended");
}

void PassedStream::close_writing() {
  closed_ = true;
  if (stream_) stream_->close_writing();
}

void PassedStream::cancel() {
  const auto self = shared_from_this();  // who waits may let go of it
  cancelled_ = true;
  let_go_ = true;
  wanted_metadata_ = nullptr;
  if (stream_) stream_->cancel();
  changed_.wake_all();
}

Task<absl::Status> PassedStream::finish() {
  const auto self = shared_from_this();
  co_await opened();
  if (!through_) {
    const absl::Status ended = co_await stream_->finish();
    ended.IgnoreError();  // it is the middlewares' to say how
    co_await let_go();
  }
  co_return status_;
}

std::shared_ptr<Stream> pass_stream(Loop& loop,
                                    std::shared_ptr<const rpc::MethodMiddlewares> around,
                                    OpenStream open, const google::protobuf::Message* request,
                                    const CallOptions& options) {
  auto stream =
      std::make_shared<PassedStream>(loop, std::move(around), std::move(open), request, options);
  stream->start();
  return stream;
}

}  // namespace fairlead::route
