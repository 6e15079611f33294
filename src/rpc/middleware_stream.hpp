#pragma once

#include <absl/status/status.h>

#include "fairlead/middleware.hpp"
#include "fairlead/stream.hpp"

namespace fairlead::rpc {

/// A stream whose messages pass middlewares: the first in the list is the nearest to the program in
/// a client, and to the caller in a service.
class MiddlewareStream final : public Stream {
 public:
  /// All outlive it.
  MiddlewareStream(const MiddlewareList& middlewares, MiddlewareCall& call, Stream& stream)
      : middlewares_(middlewares), call_(call), stream_(stream) {}

  Task<bool> read(google::protobuf::Message& message) override;
  Task<absl::Status> write(const google::protobuf::Message& message) override;
  void close_writing() override { stream_.close_writing(); }
  void cancel() override { stream_.cancel(); }
  Task<absl::Status> finish() override;
  absl::Status status() const override;

  /// By a middleware, of a message; OK if there was none.
  const absl::Status& refusal() const { return refusal_; }

 private:
  /// Shows a message that comes to the program, or leaves it. False: it was refused.
  bool show(const google::protobuf::Message& message, bool leaves);

  const MiddlewareList& middlewares_;
  MiddlewareCall& call_;
  Stream& stream_;
  absl::Status refusal_;
};

}  // namespace fairlead::rpc
