#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "fairlead/deadline.hpp"
#include "fairlead/loop.hpp"
#include "fairlead/nats/tls_options.hpp"
#include "fairlead/task.hpp"

#include "nats/connect_abort.hpp"
#include "nats/tls_info.hpp"
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

  /// Encrypts everything from here on, as a TLS client of the server called `name`. No read and no
  /// write may run. UNAVAILABLE if it did not come about by `deadline` or the server gave up;
  /// UNAUTHENTICATED if either side does not trust the other's certificate; INVALID_ARGUMENT naming
  /// the file for options that cannot be followed. A transport on which it failed is closed, but
  /// for wrong options.
  virtual Task<absl::Status> start_tls(const TlsOptions& options, const std::string& name,
                                       Deadline deadline) = 0;

  /// How it is encrypted; nothing before start_tls() has succeeded.
  virtual std::optional<TlsInfo> tls_info() const = 0;

  /// Ends reads and writes that run; later ones fail.
  virtual void close() = 0;
};

/// Resolves the name and connects by TCP to the first of its addresses that answers, in random
/// order, each with its share of the time that is left. UNAVAILABLE says at which step it failed
/// and why. `server` and `abort` live until it ends.
Task<absl::StatusOr<std::unique_ptr<Transport>>> connect_tcp(Loop& loop,
                                                             const ServerAddress& server,
                                                             Deadline deadline,
                                                             ConnectAbort& abort);

}  // namespace fairlead::nats
