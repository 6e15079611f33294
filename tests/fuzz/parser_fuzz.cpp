#include <cstdint>
#include <cstdlib>

#include "wire/parser.hpp"

namespace {

using fairlead::wire::Operation;
using fairlead::wire::OperationKind;
using fairlead::wire::ParseLimits;
using fairlead::wire::ParseOutcome;
using fairlead::wire::ParseResult;

/// One of the two parsers: of what a server sends, and of what goes over a direct link.
using Parse = ParseResult (*)(std::string_view, const ParseLimits&, Operation&);

void require(bool condition) {
  if (!condition) std::abort();
}

void require_within(std::string_view part, std::string_view whole) {
  require(part.empty() || (part.data() >= whole.data() &&
                           part.data() + part.size() <= whole.data() + whole.size()));
}

bool same(const Operation& left, const Operation& right) {
  return left.kind == right.kind && left.subject == right.subject &&
         left.subscription == right.subscription && left.reply == right.reply &&
         left.header == right.header && left.payload == right.payload;
}

// However the bytes of an operation are cut by the network, the parser asks for more until the last
// has come and then finds the same.
void check_prefixes(Parse parse, std::string_view whole, const ParseLimits& limits,
                    const Operation& expected) {
  const std::size_t step = whole.size() / 64 + 1;
  for (std::size_t size = 0; size < whole.size(); size += step) {
    Operation operation;
    const ParseResult result = parse(whole.substr(0, size), limits, operation);
    require(result.outcome == ParseOutcome::kNeedMore);
    require(result.needed == 0 || result.needed == whole.size());
  }
  Operation operation;
  const ParseResult result = parse(whole, limits, operation);
  require(result.outcome == ParseOutcome::kOperation && result.consumed == whole.size());
  if (expected.kind == OperationKind::kMessage) require(same(operation, expected));
}

void parse_all(Parse parse, std::string_view bytes) {
  const std::size_t size = bytes.size();
  ParseLimits limits;
  limits.control_line = 4096;
  limits.message = 1 << 20;
  while (true) {
    Operation operation;
    const ParseResult result = parse(bytes, limits, operation);
    if (result.outcome == ParseOutcome::kInvalid) {
      require(!result.reason.empty());
      break;
    }
    if (result.outcome == ParseOutcome::kNeedMore) {
      require(result.needed == 0 || result.needed > bytes.size());
      require(result.needed <= limits.control_line + limits.message + 4 + size);
      break;
    }
    require(result.consumed > 0 && result.consumed <= bytes.size());
    const std::string_view whole = bytes.substr(0, result.consumed);
    require_within(operation.payload, whole);
    if (operation.kind == OperationKind::kMessage) {
      require_within(operation.subject, whole);
      require_within(operation.reply, whole);
      require_within(operation.header, whole);
    }
    check_prefixes(parse, whole, limits, operation);
    bytes.remove_prefix(result.consumed);
  }
}

}  // namespace

// The bytes are what the other side sends: operations, one after the other.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  parse_all(fairlead::wire::parse, bytes);
  parse_all(fairlead::wire::parse_direct, bytes);
  return 0;
}
