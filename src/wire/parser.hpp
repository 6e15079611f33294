#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "wire/operation.hpp"

namespace fairlead::wire {

/// What parse() made of the bytes.
enum class ParseOutcome { kOperation, kNeedMore, kInvalid };

/// The result of parse().
struct ParseResult {
  ParseOutcome outcome = ParseOutcome::kNeedMore;
  std::size_t consumed = 0;  // kOperation: the bytes it took
  std::size_t needed = 0;    // kNeedMore: the whole size of the operation, if known, else 0
  std::string reason;        // kInvalid: what is wrong
};

/// Bounds against a server that lies.
struct ParseLimits {
  /// The longest control line, INFO included; servers of large clusters send several KiB.
  std::size_t control_line = 1 << 20;
  /// The largest header block and payload together. NATS allows servers up to 64 MiB.
  std::size_t message = 64 << 20;
};

/// Parses the operation at the start of `bytes` into `operation`.
///
/// Follows the grammar that servers really speak: operation names in any case, arguments separated
/// by any number of spaces and tabs. Allocates nothing but the reason of a failure. Unknown
/// operations, wrong arity and impossible sizes are kInvalid: the connection cannot go on.
ParseResult parse(std::string_view bytes, const ParseLimits& limits, Operation& operation);

/// The same for what either side of a direct link sends: messages are PUB and HPUB, as a client
/// sends them to a server, without a subscription; beside them CONNECT, INFO, PING, PONG and -ERR.
ParseResult parse_direct(std::string_view bytes, const ParseLimits& limits, Operation& operation);

}  // namespace fairlead::wire
