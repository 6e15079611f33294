#include "nats/away_buffer.hpp"

#include <algorithm>
#include <utility>

#include "wire/writer.hpp"

namespace fairlead::nats {

bool AwayBuffer::make_room(std::size_t size, const RequestMux& requests) {
  if (has_room(size)) return true;
  // Only if many can go: else a full buffer would be moved for each message that it refuses. All
  // requests that wait are here, as those that were sent fail with their connection.
  const std::size_t waiting = std::min(requests.in_flight(), requests_);
  if ((requests_ - waiting) * 8 < entries_.size()) return false;
  drop_abandoned(requests);
  return has_room(size);
}

void AwayBuffer::drop_abandoned(const RequestMux& requests) {
  ByteBuffer bytes;
  std::vector<Entry> entries;
  std::swap(entries, entries_);
  swap(bytes, bytes_);
  requests_ = 0;
  for (const Entry& entry : entries) {
    if (!entry.ticket || requests.waits(*entry.ticket)) {
      bytes_.append(bytes.view().substr(0, entry.size));
      entries_.push_back(entry);
      if (entry.ticket) ++requests_;
    }
    bytes.consume(entry.size);
  }
}

char* AwayBuffer::append(std::string_view subject, std::string_view reply, std::string_view header,
                         std::size_t payload_size, std::optional<RequestMux::Ticket> ticket) {
  const std::size_t before = bytes_.size();
  char* const payload = wire::append_publish(bytes_, subject, reply, header, payload_size);
  entries_.push_back({bytes_.size() - before, header.size() + payload_size, ticket});
  if (ticket) ++requests_;
  return payload;
}

AwayBuffer::TooLarge AwayBuffer::send(ByteBuffer& output, const RequestMux& requests,
                                      std::uint64_t max_payload) {
  TooLarge too_large;
  for (const Entry& entry : entries_) {
    const std::string_view bytes = bytes_.view().substr(0, entry.size);
    if (entry.ticket && !requests.waits(*entry.ticket)) {
      // Nobody waits for it any more.
    } else if (entry.header_and_payload <= max_payload) {
      output.append(bytes);
    } else if (entry.ticket) {
      too_large.requests.push_back(*entry.ticket);
    } else {
      const std::string_view subject = bytes.substr(bytes.find(' ') + 1);
      too_large.subjects.emplace_back(subject.substr(0, subject.find(' ')));
    }
    bytes_.consume(entry.size);
  }
  clear();
  return too_large;
}

void AwayBuffer::clear() {
  bytes_.clear();
  bytes_.shrink(0);
  entries_ = {};
  requests_ = 0;
}

}  // namespace fairlead::nats
