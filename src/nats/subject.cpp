#include "nats/subject.hpp"

#include <array>

#include "core/strings.hpp"

namespace fairlead::nats {
namespace {

absl::Status wrong(std::string_view what, std::string_view name, std::string_view reason) {
  return absl::InvalidArgumentError(
      concat("\"", escape(name.substr(0, 200)), "\" is not ", what, ": ", reason));
}

bool is_visible(char c) {
  return static_cast<unsigned char>(c) > ' ' && c != 0x7f;
}

// Whether a character is neither a dot nor one that no subject may have: most are, and each publish
// looks at all of its subject.
constexpr auto kPlain = [] {
  std::array<bool, 256> plain = {};
  for (std::size_t c = 0; c < plain.size(); ++c) plain[c] = c > ' ' && c != 0x7f && c != '.';
  return plain;
}();

absl::Status check(std::string_view subject, bool wildcards) {
  const std::string_view what = wildcards ? "a subject" : "a subject to publish to";
  if (subject.empty()) return wrong(what, subject, "it is empty");
  std::size_t start = 0;  // of the present token
  for (std::size_t i = 0; i <= subject.size(); ++i) {
    while (i < subject.size() && kPlain[static_cast<unsigned char>(subject[i])]) ++i;
    if (i < subject.size() && subject[i] != '.') {
      return wrong(what, subject, "it contains a blank or control character");
    }
    if (i == start) return wrong(what, subject, "a token between dots is empty");
    if (i == start + 1 && (subject[start] == '*' || subject[start] == '>')) {
      if (!wildcards) return wrong(what, subject, "it contains a wildcard");
      if (subject[start] == '>' && i != subject.size()) {
        return wrong(what, subject, "\">\" may only stand at its end");
      }
    }
    start = i + 1;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status check_publish_subject(std::string_view subject) {
  return check(subject, false);
}

absl::Status check_subscribe_subject(std::string_view subject) {
  return check(subject, true);
}

absl::Status check_queue_group(std::string_view name) {
  if (name.empty()) return wrong("a queue group", name, "it is empty");
  for (const char c : name) {
    if (!is_visible(c))
      return wrong("a queue group", name, "it contains a blank or control character");
  }
  return absl::OkStatus();
}

}  // namespace fairlead::nats
