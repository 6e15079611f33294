#include "wire/parser.hpp"

#include <array>
#include <cstring>

#include "core/strings.hpp"

namespace fairlead::wire {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

ParseResult invalid(std::string reason) {
  ParseResult result;
  result.outcome = ParseOutcome::kInvalid;
  result.reason = std::move(reason);
  return result;
}

std::string excerpt(std::string_view line) {
  return concat("\"", escape(line.substr(0, 60)), line.size() > 60 ? "…" : "", "\"");
}

// The arguments of a MSG or HMSG line: one more than any valid line has, to notice too many.
struct Arguments {
  std::array<std::string_view, 6> values;
  std::size_t count = 0;
};

bool split(std::string_view line, Arguments& arguments) {
  std::size_t at = 0;
  while (true) {
    while (at < line.size() && is_blank(line[at])) ++at;
    if (at == line.size()) return true;
    const std::size_t start = at;
    while (at < line.size() && !is_blank(line[at])) ++at;
    if (arguments.count == arguments.values.size()) return false;
    arguments.values[arguments.count++] = line.substr(start, at - start);
  }
}

// Digits only and at most 18 of them, so that it cannot overflow.
bool parse_size(std::string_view text, std::uint64_t& number) {
  if (text.empty() || text.size() > 18) return false;
  number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return true;
}

ParseResult parse_message(std::string_view bytes, std::string_view line, std::size_t line_size,
                          bool with_header, const ParseLimits& limits, Operation& operation) {
  Arguments arguments;
  const std::size_t sizes = with_header ? 2 : 1;
  if (!split(line, arguments) || arguments.count < 2 + sizes || arguments.count > 3 + sizes) {
    return invalid(concat("wrong number of arguments in message line ", excerpt(line)));
  }
  const bool with_reply = arguments.count == 3 + sizes;
  std::uint64_t header_size = 0;
  std::uint64_t total_size = 0;
  if (!parse_size(arguments.values[1], operation.subscription) ||
      !parse_size(arguments.values[arguments.count - 1], total_size) ||
      (with_header && !parse_size(arguments.values[arguments.count - 2], header_size))) {
    return invalid(concat("a number was expected in message line ", excerpt(line)));
  }
  if (header_size > total_size) {
    return invalid(concat("the header is longer than the message in ", excerpt(line)));
  }
  if (total_size > limits.message) {
    return invalid(
        concat("a message of ", total_size, " bytes is over the limit of ", limits.message));
  }

  ParseResult result;
  const std::size_t whole = line_size + total_size + 2;
  if (bytes.size() < whole) {
    result.needed = whole;
    return result;
  }
  if (bytes[whole - 2] != '\r' || bytes[whole - 1] != '\n') {
    return invalid(concat("the payload does not end where its length says in ", excerpt(line)));
  }
  operation.kind = OperationKind::kMessage;
  operation.subject = arguments.values[0];
  operation.reply = with_reply ? arguments.values[2] : std::string_view();
  operation.header = bytes.substr(line_size, header_size);
  operation.payload = bytes.substr(line_size + header_size, total_size - header_size);
  result.outcome = ParseOutcome::kOperation;
  result.consumed = whole;
  return result;
}

std::string_view strip_quotes(std::string_view text) {
  if (text.size() >= 2 && text.front() == '\'' && text.back() == '\'') {
    return text.substr(1, text.size() - 2);
  }
  return text;
}

}  // namespace

ParseResult parse(std::string_view bytes, const ParseLimits& limits, Operation& operation) {
  const std::size_t newline = bytes.find('\n');
  if (newline == std::string_view::npos) {
    if (bytes.size() > limits.control_line) {
      return invalid(concat("a control line is over the limit of ", limits.control_line,
                            " bytes: ", excerpt(bytes)));
    }
    return ParseResult();
  }
  std::string_view line = bytes.substr(0, newline);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  while (!line.empty() && is_blank(line.back())) line.remove_suffix(1);

  std::size_t name_size = 0;
  while (name_size < line.size() && !is_blank(line[name_size])) ++name_size;
  const std::string_view name = line.substr(0, name_size);
  std::string_view rest = line.substr(name_size);
  while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);

  if (equals_ignore_case(name, "MSG")) {
    return parse_message(bytes, rest, newline + 1, false, limits, operation);
  }
  if (equals_ignore_case(name, "HMSG")) {
    return parse_message(bytes, rest, newline + 1, true, limits, operation);
  }

  if (equals_ignore_case(name, "PING")) {
    operation.kind = OperationKind::kPing;
  } else if (equals_ignore_case(name, "PONG")) {
    operation.kind = OperationKind::kPong;
  } else if (equals_ignore_case(name, "+OK")) {
    operation.kind = OperationKind::kOk;
  } else if (equals_ignore_case(name, "-ERR")) {
    operation.kind = OperationKind::kError;
    rest = strip_quotes(rest);
  } else if (equals_ignore_case(name, "INFO")) {
    operation.kind = OperationKind::kInfo;
  } else {
    return invalid(concat("unknown operation ", excerpt(line)));
  }
  operation.payload = rest;
  ParseResult result;
  result.outcome = ParseOutcome::kOperation;
  result.consumed = newline + 1;
  return result;
}

}  // namespace fairlead::wire
