#include "wire/parser.hpp"

#include <array>
#include <bit>
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

// The first byte at or after `at` that is a blank or control character. There must be one.
std::size_t find_end_of_word(std::string_view bytes, std::size_t at) {
  if constexpr (std::endian::native == std::endian::little) {
    // Eight bytes at once: those below '!' get their highest bit set (exact up to the first).
    constexpr std::uint64_t kOnes = 0x0101010101010101;
    while (bytes.size() - at >= sizeof(std::uint64_t)) {
      std::uint64_t eight = 0;
      std::memcpy(&eight, bytes.data() + at, sizeof(eight));
      const std::uint64_t found = (eight - kOnes * '!') & ~eight & (kOnes << 7);
      if (found != 0) return at + static_cast<std::size_t>(std::countr_zero(found)) / 8;
      at += sizeof(eight);
    }
  }
  while (static_cast<unsigned char>(bytes[at]) > ' ') ++at;
  return at;
}

// The arguments of a MSG or HMSG line: one more than any valid line has, to notice too many. Words
// are places, not views, so that nothing has to be set to zero for each message.
struct Arguments {
  struct Word {
    std::size_t start;
    std::size_t end;
  };
  std::string_view text(std::string_view bytes, std::size_t index) const {
    return {bytes.data() + words[index].start, words[index].end - words[index].start};
  }

  std::array<Word, 6> words;
  std::size_t count;
};

// Splits what stands from `at` to `end`, where a blank or control character must follow.
bool split(std::string_view bytes, std::size_t at, std::size_t end, Arguments& arguments) {
  arguments.count = 0;
  while (true) {
    while (at < end && is_blank(bytes[at])) ++at;
    if (at == end) return true;
    if (arguments.count == arguments.words.size()) return false;
    Arguments::Word& word = arguments.words[arguments.count++];
    word.start = at;
    at = find_end_of_word(bytes, at);
    // Other control characters are part of a word.
    while (at < end && !is_blank(bytes[at])) at = find_end_of_word(bytes, at + 1);
    word.end = at;
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

// The arguments are the bytes from `start` to `end` of a line of `line_size` bytes.
ParseResult parse_message(std::string_view bytes, std::size_t start, std::size_t end,
                          std::size_t line_size, bool with_header, const ParseLimits& limits,
                          Operation& operation) {
  const std::string_view line = bytes.substr(start, end - start);
  Arguments arguments;
  const std::size_t sizes = with_header ? 2 : 1;
  if (!split(bytes, start, end, arguments) || arguments.count < 2 + sizes ||
      arguments.count > 3 + sizes) {
    return invalid(concat("wrong number of arguments in message line ", excerpt(line)));
  }
  const bool with_reply = arguments.count == 3 + sizes;
  std::uint64_t header_size = 0;
  std::uint64_t total_size = 0;
  if (!parse_size(arguments.text(bytes, 1), operation.subscription) ||
      !parse_size(arguments.text(bytes, arguments.count - 1), total_size) ||
      (with_header && !parse_size(arguments.text(bytes, arguments.count - 2), header_size))) {
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
  operation.subject = arguments.text(bytes, 0);
  operation.reply = with_reply ? arguments.text(bytes, 2) : std::string_view();
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
  std::size_t start = name_size;
  while (start < line.size() && is_blank(line[start])) ++start;

  // The name as servers write it comes first, because it is the quickest to compare.
  if (name == "MSG" || equals_ignore_case(name, "MSG")) {
    return parse_message(bytes, start, line.size(), newline + 1, false, limits, operation);
  }
  if (name == "HMSG" || equals_ignore_case(name, "HMSG")) {
    return parse_message(bytes, start, line.size(), newline + 1, true, limits, operation);
  }

  std::string_view rest = line.substr(start);
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
