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

/// How a message line is written.
struct MessageLine {
  std::size_t start;  // where its arguments begin
  std::size_t end;
  std::size_t size;  // with its end
  bool with_header;
  bool with_subscription;
};

ParseResult parse_message(std::string_view bytes, const MessageLine& message,
                          const ParseLimits& limits, Operation& operation) {
  const auto [start, end, line_size, with_header, with_subscription] = message;
  const std::string_view line = bytes.substr(start, end - start);
  Arguments arguments;
  const std::size_t least = (with_subscription ? 2u : 1u) + (with_header ? 2u : 1u);
  if (!split(bytes, start, end, arguments) || arguments.count < least ||
      arguments.count > least + 1) {
    return invalid(concat("wrong number of arguments in message line ", excerpt(line)));
  }
  const bool with_reply = arguments.count > least;
  std::uint64_t header_size = 0;
  std::uint64_t total_size = 0;
  if ((with_subscription && !parse_size(arguments.text(bytes, 1), operation.subscription)) ||
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
  operation.reply =
      with_reply ? arguments.text(bytes, with_subscription ? 2 : 1) : std::string_view();
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

/// A control line taken apart.
struct Line {
  std::string_view name;
  std::string_view rest;  // its arguments, without blanks around them
  MessageLine message;    // if it is one of a message
};

// The line at the start of `bytes`, up to `newline`.
Line read_line(std::string_view bytes, std::size_t newline) {
  std::string_view text = bytes.substr(0, newline);
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  std::size_t name_size = 0;
  while (name_size < text.size() && !is_blank(text[name_size])) ++name_size;
  std::size_t start = name_size;
  while (start < text.size() && is_blank(text[start])) ++start;
  return {text.substr(0, name_size),
          text.substr(start),
          {start, text.size(), newline + 1, false, true}};
}

ParseResult no_line_yet(std::string_view bytes, const ParseLimits& limits) {
  if (bytes.size() <= limits.control_line) return ParseResult();
  return invalid(concat("a control line is over the limit of ", limits.control_line,
                        " bytes: ", excerpt(bytes)));
}

// What is the same in both directions of both kinds of connections; false if it is something else.
bool read_common(const Line& line, Operation& operation) {
  operation.payload = line.rest;
  if (equals_ignore_case(line.name, "PING")) {
    operation.kind = OperationKind::kPing;
  } else if (equals_ignore_case(line.name, "PONG")) {
    operation.kind = OperationKind::kPong;
  } else if (equals_ignore_case(line.name, "-ERR")) {
    operation.kind = OperationKind::kError;
    operation.payload = strip_quotes(line.rest);
  } else if (equals_ignore_case(line.name, "INFO")) {
    operation.kind = OperationKind::kInfo;
  } else {
    return false;
  }
  return true;
}

ParseResult control_result(const Line& line) {
  ParseResult result;
  result.outcome = ParseOutcome::kOperation;
  result.consumed = line.message.size;
  return result;
}

}  // namespace

ParseResult parse(std::string_view bytes, const ParseLimits& limits, Operation& operation) {
  const std::size_t newline = bytes.find('\n');
  if (newline == std::string_view::npos) return no_line_yet(bytes, limits);
  Line line = read_line(bytes, newline);
  // The name as servers write it comes first, because it is the quickest to compare.
  if (line.name == "MSG" || equals_ignore_case(line.name, "MSG")) {
    return parse_message(bytes, line.message, limits, operation);
  }
  if (line.name == "HMSG" || equals_ignore_case(line.name, "HMSG")) {
    line.message.with_header = true;
    return parse_message(bytes, line.message, limits, operation);
  }
  if (read_common(line, operation)) return control_result(line);
  if (!equals_ignore_case(line.name, "+OK")) {
    return invalid(concat("unknown operation ", excerpt(bytes.substr(0, line.message.end))));
  }
  operation.kind = OperationKind::kOk;
  return control_result(line);
}

ParseResult parse_direct(std::string_view bytes, const ParseLimits& limits, Operation& operation) {
  const std::size_t newline = bytes.find('\n');
  if (newline == std::string_view::npos || newline > limits.control_line) {
    return no_line_yet(bytes.substr(0, newline), limits);
  }
  Line line = read_line(bytes, newline);
  line.message.with_subscription = false;
  operation.subscription = 0;
  if (line.name == "HPUB" || equals_ignore_case(line.name, "HPUB")) {
    line.message.with_header = true;
    return parse_message(bytes, line.message, limits, operation);
  }
  if (line.name == "PUB" || equals_ignore_case(line.name, "PUB")) {
    return parse_message(bytes, line.message, limits, operation);
  }
  if (read_common(line, operation)) return control_result(line);
  if (!equals_ignore_case(line.name, "CONNECT")) {
    return invalid(concat("unknown operation ", excerpt(bytes.substr(0, line.message.end))));
  }
  operation.kind = OperationKind::kConnect;
  return control_result(line);
}

}  // namespace fairlead::wire
