#pragma once

#include "rpc/stream_route.hpp"

namespace fairlead::route {

/// The sink of streams that cannot be opened: takes nothing.
class NoSink final : public rpc::FrameSink {
 public:
  std::size_t max_reply_size() const override { return 0; }
  absl::Status send(std::string_view, std::string_view, std::size_t,
                    absl::FunctionRef<void(char*)>) override {
    return absl::UnavailableError("there is no way for streams");
  }
  bool is_writable() const override { return true; }
  Task<void> written() override { co_return; }
};

}  // namespace fairlead::route
