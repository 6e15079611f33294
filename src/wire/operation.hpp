#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace fairlead::wire {

/// What a NATS server may send; kConnect comes over direct links only, from the caller.
enum class OperationKind { kMessage, kPing, kPong, kOk, kError, kInfo, kConnect };

/// One operation received. Its views point into the parsed bytes and hold as long as these.
struct Operation {
  OperationKind kind = OperationKind::kPing;
  std::string_view subject;        // kMessage
  std::uint64_t subscription = 0;  // kMessage: the id given in SUB
  std::string_view reply;          // kMessage: empty if none
  std::string_view header;         // kMessage: the whole header block, empty if none
  std::string_view payload;  // kMessage: the payload; kInfo, kConnect: the JSON; kError: the text
};

}  // namespace fairlead::wire
