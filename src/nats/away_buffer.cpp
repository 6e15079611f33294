#include "nats/away_buffer.hpp"

#include "wire/writer.hpp"

namespace fairlead::nats {

char* AwayBuffer::append(std::string_view subject, std::string_view reply, std::string_view header,
                         std::size_t payload_size, std::optional<RequestMux::Ticket> ticket) {
  const std::size_t before = bytes_.size();
  char* const payload = wire::append_publish(bytes_, subject, reply, header, payload_size);
  entries_.push_back({bytes_.size() - before, header.size() + payload_size, ticket});
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
}

}  // namespace fairlead::nats
