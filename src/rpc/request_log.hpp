#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include <absl/status/status.h>
#include <google/protobuf/message.h>

#include "fairlead/logger.hpp"

namespace fairlead::rpc {

/// One line for a call that is answered: of all that fail, and of a share of the others. Says what
/// was asked and answered only if it is told to.
class RequestLog {
 public:
  /// `share`: from 0 to 1. `payloads`: how many bytes of the request and of the response are
  /// written at most; 0: none. The logger has service and method as fields.
  RequestLog(Logger logger, double share, std::size_t payloads = 0)
      : logger_(std::move(logger)), share_(share), payloads_(payloads) {}

  /// A message as it is written: as JSON, cut off where it is too long. Empty if none are.
  std::string text_of(const google::protobuf::Message& message) const;

  /// `caller`: where the reply went; empty for one-way calls. `request`: that of text_of(), empty
  /// if there is none to tell. `response` may be null.
  void write(const absl::Status& status, std::chrono::nanoseconds taken, std::string_view caller,
             std::string_view request = "", const google::protobuf::Message* response = nullptr);

 private:
  Logger logger_;
  double share_;
  std::size_t payloads_;
  double due_ = 0;  // grows by the share with each call; a line is due at 1
};

}  // namespace fairlead::rpc
