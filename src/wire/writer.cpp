#include "wire/writer.hpp"

#include <charconv>
#include <cstring>

namespace fairlead::wire {
namespace {

constexpr std::size_t kNumber = 20;  // digits of the largest 64-bit number

char* put(char* to, std::string_view text) {
  std::memcpy(to, text.data(), text.size());
  return to + text.size();
}

char* put(char* to, std::uint64_t number) {
  return std::to_chars(to, to + kNumber, number).ptr;
}

}  // namespace

char* append_publish(ByteBuffer& out, std::string_view subject, std::string_view reply,
                     std::string_view header, std::size_t payload_size) {
  constexpr std::size_t kFixed = sizeof("HPUB    \r\n\r\n") + 2 * kNumber;
  const std::size_t bound = kFixed + subject.size() + reply.size() + header.size() + payload_size;
  char* const start = out.prepare(bound);
  char* at = put(start, header.empty() ? "PUB " : "HPUB ");
  at = put(at, subject);
  *at++ = ' ';
  if (!reply.empty()) {
    at = put(at, reply);
    *at++ = ' ';
  }
  if (!header.empty()) {
    at = put(at, header.size());
    *at++ = ' ';
  }
  at = put(at, header.size() + payload_size);
  at = put(at, "\r\n");
  at = put(at, header);
  char* const payload = at;
  at = put(at + payload_size, "\r\n");
  out.commit(static_cast<std::size_t>(at - start));
  return payload;
}

void append_subscribe(ByteBuffer& out, std::string_view subject, std::string_view queue_group,
                      std::uint64_t subscription) {
  char* const start = out.prepare(subject.size() + queue_group.size() + kNumber + 16);
  char* at = put(put(start, "SUB "), subject);
  *at++ = ' ';
  if (!queue_group.empty()) {
    at = put(at, queue_group);
    *at++ = ' ';
  }
  at = put(put(at, subscription), "\r\n");
  out.commit(static_cast<std::size_t>(at - start));
}

void append_unsubscribe(ByteBuffer& out, std::uint64_t subscription, std::uint64_t max) {
  char* const start = out.prepare(2 * kNumber + 16);
  char* at = put(put(start, "UNSUB "), subscription);
  if (max > 0) {
    *at++ = ' ';
    at = put(at, max);
  }
  at = put(at, "\r\n");
  out.commit(static_cast<std::size_t>(at - start));
}

}  // namespace fairlead::wire
