#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "fairlead/deadline.hpp"
#include "fairlead/loop.hpp"
#include "fairlead/task.hpp"

#include "nats/url.hpp"

namespace fairlead::nats {

/// The byte stream under a connection. One read and one write may run at once.
class Transport {
 public:
  virtual ~Transport() = default;

  /// Reads what there is, at least one byte; UNAVAILABLE at the end of the stream.
  virtual Task<absl::StatusOr<std::size_t>> read_some(char* to, std::size_t size) = 0;

  /// Writes all of `bytes`, which must live until it is done.
  virtual Task<absl::Status> write(std::string_view bytes) = 0;

  /// Ends reads and writes that run; later ones fail.
  virtual void close() = 0;
};

/// Resolves the name and connects by TCP to the first of its addresses that answers. UNAVAILABLE
/// says at which step it failed and why.
Task<absl::StatusOr<std::unique_ptr<Transport>>> connect_tcp(Loop& loop,
                                                             const ServerAddress& server,
                                                             Deadline deadline);

}  // namespace fairlead::nats
