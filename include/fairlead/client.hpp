#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <google/protobuf/message.h>

#include "fairlead/cancellation.hpp"
#include "fairlead/channel.hpp"
#include "fairlead/client_options.hpp"
#include "fairlead/description.hpp"
#include "fairlead/failed_attempt.hpp"
#include "fairlead/metadata.hpp"
#include "fairlead/stream.hpp"
#include "fairlead/task.hpp"
#include "fairlead/trace_context.hpp"

namespace fairlead {

class Span;

/// Options of one call.
class CallOptions {
 public:
  CallOptions() {}

  /// How long the caller waits. A zero or negative time fails at once with DEADLINE_EXCEEDED.
  CallOptions& set_timeout(std::chrono::nanoseconds timeout) {
    timeout_ = timeout;
    return *this;
  }
  /// Sent with the request.
  CallOptions& set_metadata(Metadata metadata) {
    metadata_ = std::move(metadata);
    return *this;
  }
  /// Where the reply's metadata goes, also that of a failure, in place of what is in it; must live
  /// until the call ends.
  CallOptions& set_reply_metadata(Metadata* metadata) {
    reply_metadata_ = metadata;
    return *this;
  }
  /// Whether running this call twice is as good as once, so that it may be repeated and hedged.
  /// Default: what the .proto says of its method.
  CallOptions& set_idempotent(bool idempotent) {
    idempotent_ = idempotent;
    return *this;
  }
  /// At most so many attempts where the method's calls are repeated, instead of what its
  /// RetryPolicy says; 1: this call is not repeated.
  CallOptions& set_attempts(int attempts) {
    attempts_ = attempts;
    return *this;
  }

  /// By what the caller may give up the call; must live until it has ended.
  CallOptions& set_cancellation(Cancellation* cancellation) {
    cancellation_ = cancellation;
    return *this;
  }

  /// Where the attempts go that failed and were followed by another, in place of what is in it;
  /// must live until the call ends. Methods whose calls are not repeated (RetryPolicy) have none.
  CallOptions& set_failed_attempts(std::vector<FailedAttempt>* attempts) {
    failed_attempts_ = attempts;
    return *this;
  }
  /// The span below which the call lies in its trace, such as a child of Context::span(), which has
  /// not ended. Default, and of one that belongs to no trace: the call on whose behalf it is made.
  CallOptions& set_parent(const Span& span);
  CallOptions& set_parent(Span&& span) = delete;

  const std::optional<std::chrono::nanoseconds>& timeout() const { return timeout_; }
  const Metadata& metadata() const { return metadata_; }
  Metadata* reply_metadata() const { return reply_metadata_; }
  const std::optional<bool>& idempotent() const { return idempotent_; }
  const std::optional<int>& attempts() const { return attempts_; }
  Cancellation* cancellation() const { return cancellation_; }
  std::vector<FailedAttempt>* failed_attempts() const { return failed_attempts_; }
  const TraceContext& parent() const { return parent_; }
  const std::string& parent_trace_state() const { return parent_trace_state_; }

 private:
  std::optional<std::chrono::nanoseconds> timeout_;
  Metadata metadata_;
  Metadata* reply_metadata_ = nullptr;
  std::optional<bool> idempotent_;
  std::optional<int> attempts_;
  Cancellation* cancellation_ = nullptr;
  std::vector<FailedAttempt>* failed_attempts_ = nullptr;
  TraceContext parent_;  // not valid: there is none
  std::string parent_trace_state_;
};

/// Calls the methods of one service: what generated clients are made of. Cheap to copy. Used on the
/// loop of its channel.
class Client {
 public:
  Client(Channel channel, const ServiceDescription& description,
         ClientOptions options = ClientOptions());

  /// Calls the method at `index` of the description and fills `response`. All arguments must live
  /// until the task ends. A one-way method returns once the request is handed to the connection.
  ///
  /// Fails with the status that the service answered, or with one made here: UNAVAILABLE if no
  /// instance is up or the connection is lost (it may have been executed then), DEADLINE_EXCEEDED,
  /// RESOURCE_EXHAUSTED if the request is over the server's max_payload, INTERNAL if the reply
  /// does not parse. See status_origin().
  Task<absl::Status> call(std::size_t index, const google::protobuf::Message& request,
                          google::protobuf::Message& response, const CallOptions& options) const;

  /// The same with the response as result. `request` must live until the task ends.
  template <typename Response>
  Task<absl::StatusOr<Response>> call(std::size_t index, const google::protobuf::Message& request,
                                      CallOptions options) const {
    return call_for<Response>(*this, index, request, std::move(options));
  }

  /// Opens a stream of the method at `index`: what the typed streams of fairlead/client_stream.hpp
  /// are made of. `request` is that of a server stream, null for the others, and used at once. One
  /// that cannot be opened has ended already, with a status as that of call(). A stream has no
  /// deadline unless `options` have a timeout.
  std::shared_ptr<Stream> open_stream(std::size_t index, const google::protobuf::Message* request,
                                      const CallOptions& options) const;

  /// The loop on which calls run.
  Loop& loop() const;

 private:
  // Of a client of its own, because the object may be gone before the task begins.
  template <typename Response>
  static Task<absl::StatusOr<Response>> call_for(Client client, std::size_t index,
                                                 const google::protobuf::Message& request,
                                                 CallOptions options);

  class Core;

  /// What lies inside of the middlewares.
  Task<absl::Status> make_call(std::size_t index, const google::protobuf::Message& request,
                               google::protobuf::Message& response,
                               const CallOptions& options) const;
  std::shared_ptr<Stream> make_stream(std::size_t index, const google::protobuf::Message* request,
                                      const CallOptions& options) const;

  std::shared_ptr<const Core> core_;
};

template <typename Response>
Task<absl::StatusOr<Response>> Client::call_for(Client client, std::size_t index,
                                                const google::protobuf::Message& request,
                                                CallOptions options) {
  Response response;
  absl::Status status = co_await client.call(index, request, response, options);
  if (!status.ok()) co_return status;
  co_return response;
}

}  // namespace fairlead
