#pragma once

#include <memory>
#include <string_view>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "fairlead/deadline.hpp"
#include "fairlead/task.hpp"

#include "core/waiter.hpp"
#include "rpc/reply_sink.hpp"

namespace fairlead::rpc {

/// Where the frames of streams go.
class FrameSink : public ReplySink {
 public:
  /// Whether so little waits to be written that who produces much should go on.
  virtual bool is_writable() const = 0;
  /// Waits on `waiter` until something has been written, or the connection is lost, found again or
  /// closed; or until somebody else wakes it.
  virtual Task<void> written(Waiter& waiter) = 0;
};

/// The request that opens a stream.
struct StreamRequest {
  std::string_view subject;  // lives as long as the reception
  std::string_view header;   // a whole block
  std::string_view payload;  // the request, or nothing
  Deadline deadline;
};

/// Who opens a stream: gets what comes back. The views hold until the function returns.
class FrameReceiver {
 public:
  virtual void on_frame(std::string_view header, std::string_view payload) = 0;
  /// The deadline has passed.
  virtual void on_deadline() = 0;
  /// Nothing will come any more: no instance is up, the connection was lost, the server refused.
  virtual void on_failed(const absl::Status& reason) = 0;

 protected:
  ~FrameReceiver() = default;
};

/// As long as it lives, frames come to their receiver.
class Reception {
 public:
  virtual ~Reception() = default;

  /// Where the caller's frames go, once a frame has come: that decides which way the stream takes.
  /// Before, the way that it is about to take; null: there is none yet.
  virtual std::shared_ptr<FrameSink> sink() = 0;

  /// The stream has ended here: nothing more is done to open it. Whether its request was sent and
  /// an answer may come, so that the instance is to be told.
  virtual bool retire() = 0;
};

/// One way to reach the streaming methods of a service. Used on its loop.
class StreamRoute {
 public:
  virtual ~StreamRoute() = default;

  /// Sends the request. The receiver outlives the reception.
  virtual absl::StatusOr<std::unique_ptr<Reception>> open(const StreamRequest& request,
                                                          FrameReceiver& receiver) = 0;
};

}  // namespace fairlead::rpc
