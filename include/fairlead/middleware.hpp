#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include <absl/status/status.h>
#include <google/protobuf/message.h>

#include "fairlead/deadline.hpp"
#include "fairlead/identity.hpp"
#include "fairlead/metadata.hpp"
#include "fairlead/task.hpp"

namespace fairlead {

class Context;
class Middleware;
struct MethodDescription;

/// Middlewares in the order in which a call meets them.
using MiddlewareList = std::vector<std::shared_ptr<Middleware>>;

/// On which side of a call a middleware stands.
enum class CallSide { kClient, kService };

/// Which way a message of a stream goes.
enum class MessageDirection { kRequest, kResponse };

/// A call, or a stream, as middleware sees it. It lives until the call has ended. Used on the loop
/// of the call.
class MiddlewareCall {
 public:
  /// In a service. `request` is null where requests come as a stream, `response` where the method
  /// streams at all. All must outlive it; so for tests of a middleware it is made by hand.
  MiddlewareCall(const MethodDescription& method, Context& context,
                 const google::protobuf::Message* request, google::protobuf::Message* response);
  /// In a client.
  MiddlewareCall(const MethodDescription& method, Metadata& metadata, Metadata& reply_metadata,
                 Deadline deadline, const google::protobuf::Message* request,
                 google::protobuf::Message* response);
  MiddlewareCall(const MiddlewareCall&) = delete;
  MiddlewareCall& operator=(const MiddlewareCall&) = delete;

  CallSide side() const { return context_ ? CallSide::kService : CallSide::kClient; }
  const MethodDescription& method() const { return method_; }

  /// When the caller stops waiting.
  Deadline deadline() const { return deadline_; }

  /// What travels with the request. What is changed before next() is what comes next sees, and what
  /// a client sends.
  Metadata& metadata() const { return metadata_; }
  /// What travels with the reply: in a client what came, once next() has returned; in a service
  /// what will go.
  Metadata& reply_metadata() const { return reply_metadata_; }

  /// The request; null where requests come as a stream. Not to be used after next(): a handler may
  /// have taken it apart.
  const google::protobuf::Message* request() const { return request_; }
  /// The response: there once next() has returned OK, or to be filled by a middleware that answers
  /// itself. Null for methods that stream.
  google::protobuf::Message* response() const { return response_; }

  /// The Context that the handler gets, for logger, span, metrics, peer. Null in a client.
  Context* context() const { return context_; }

  /// Says who the caller is: Context::identity(). Nothing in a client.
  void set_identity(Identity identity) const;

 private:
  const MethodDescription& method_;
  Context* const context_;
  Metadata& metadata_;
  Metadata& reply_metadata_;
  const Deadline deadline_;
  const google::protobuf::Message* const request_;
  google::protobuf::Message* const response_;
};

/// What lies inside of all middlewares: the handler, or the way to the service.
class CallTarget {
 public:
  virtual ~CallTarget() = default;
  virtual Task<absl::Status> run() = 0;
};

/// What a call meets after a middleware: the next ones, and at last the handler or the service.
class Next {
 public:
  /// All outlive the call; `middlewares` from `index` on are still to be met.
  Next(const MiddlewareList& middlewares, MiddlewareCall& call, CallTarget& target,
       std::size_t index = 0)
      : middlewares_(&middlewares), call_(&call), target_(&target), index_(index) {}

  /// Lets the call go on; its status, once it has ended. In a client the single calls of a method
  /// that does not stream may be made to go on again; everything else at most once
  /// (FAILED_PRECONDITION). What a handler throws comes through here.
  Task<absl::Status> operator()() const;

 private:
  const MiddlewareList* middlewares_;
  MiddlewareCall* call_;
  CallTarget* target_;
  std::size_t index_;
};

/// Something that is to happen around calls: in a service around the handler, in a client around
/// everything that makes a call. For calls of all kinds, on both sides.
///
///   class Audit final : public fairlead::Middleware {
///     fairlead::Task<absl::Status> handle(fairlead::MiddlewareCall& call,
///                                         fairlead::Next next) override {
///       absl::Status status = co_await next();
///       if (status.ok()) record(call.method().full_name);
///       co_return status;
///     }
///   };
///
/// One object serves all calls to which it was added, many at a time; in an App with several loops
/// from several threads.
class Middleware {
 public:
  virtual ~Middleware() = default;

  /// Around one call or stream: may look at the request, wait, call next() or end the call itself
  /// by returning without it, and change the status. An answer of its own is OK with the response
  /// filled. May throw; that is INTERNAL for the caller. Default: next().
  virtual Task<absl::Status> handle(MiddlewareCall& call, Next next);

  /// Each message of a stream, before it is written and after it has been read. Not OK ends the
  /// stream with this status. Default: OK.
  virtual absl::Status on_message(MiddlewareCall& call, MessageDirection direction,
                                  const google::protobuf::Message& message);
};

}  // namespace fairlead
