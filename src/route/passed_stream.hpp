#pragma once

#include <memory>
#include <optional>

#include "core/waiter_list.hpp"
#include "route/client_middleware.hpp"
#include "rpc/middleware_stream.hpp"

namespace fairlead::route {

/// A client's stream that meets middlewares: a coroutine of its own takes it through them, and
/// inside of them opens the real one.
///
/// It keeps itself until they are through, and they are only when the stream has been read to its
/// end, finished or cancelled; CallerStream, which programs hold, sees to that.
class PassedStream final : public Stream,
                           public std::enable_shared_from_this<PassedStream>,
                           private CallTarget {
 public:
  /// `request` may be null.
  PassedStream(Loop& loop, std::shared_ptr<const rpc::MethodMiddlewares> around, OpenStream open,
               const google::protobuf::Message* request, const CallOptions& options);

  /// Once.
  void start();

  Task<bool> read(google::protobuf::Message& message) override;
  Task<absl::Status> write(const google::protobuf::Message& message) override;
  void close_writing() override;
  void cancel() override;
  Task<absl::Status> finish() override;
  absl::Status status() const override { return status_; }

 private:
  static Task<void> pass(std::shared_ptr<PassedStream> self);
  Task<absl::Status> run() override;
  /// Until the real stream is there, or there will be none.
  Task<void> opened();
  /// The program needs the real stream no longer; until the middlewares are through.
  Task<void> let_go();

  Loop& loop_;
  const std::shared_ptr<const rpc::MethodMiddlewares> around_;
  const OpenStream open_;
  std::unique_ptr<google::protobuf::Message> request_;
  CallOptions options_;
  Metadata* wanted_metadata_;  // null once the program has let go
  Metadata metadata_;
  Metadata reply_metadata_;
  MiddlewareCall call_;

  std::shared_ptr<Stream> inner_;
  std::optional<rpc::MiddlewareStream> stream_;  // around inner_
  bool closed_ = false;                          // by the program, maybe before it was opened
  bool cancelled_ = false;                       // likewise
  bool let_go_ = false;
  bool through_ = false;
  absl::Status status_;
  WaiterList changed_;
};

}  // namespace fairlead::route
