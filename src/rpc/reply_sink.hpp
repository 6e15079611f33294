#pragma once

#include <cstddef>
#include <string_view>

#include <absl/functional/function_ref.h>
#include <absl/status/status.h>
#include <google/protobuf/message.h>

#include "rpc/route_kind.hpp"

namespace fairlead::rpc {

/// Where a server's replies go: one for each route. Used on the loop.
class ReplySink {
 public:
  virtual ~ReplySink() = default;

  /// The way that the calls took which are answered here.
  virtual RouteKind route() const { return RouteKind::kNats; }

  /// The largest reply that can be sent, with its headers, in bytes.
  virtual std::size_t max_reply_size() const = 0;

  /// Sends a reply of `size` bytes, which `write_payload` writes in place, to `peer`. `header` is a
  /// whole block or empty.
  virtual absl::Status send(std::string_view peer, std::string_view header, std::size_t size,
                            absl::FunctionRef<void(char*)> write_payload) = 0;

  /// Hands the reply over as it is, to copy, where `peer` is in this process. False: it is to be
  /// sent as bytes.
  virtual bool hand_over(std::string_view peer, std::string_view header,
                         const google::protobuf::Message& reply) {
    (void)peer, (void)header, (void)reply;
    return false;
  }
};

}  // namespace fairlead::rpc
