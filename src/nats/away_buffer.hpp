#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/byte_buffer.hpp"
#include "nats/request_mux.hpp"

namespace fairlead::nats {

/// The messages to send that are kept while there is no connection. Requests that nobody waits for
/// any more are left out when the rest is sent, and dropped before when their room is needed.
class AwayBuffer {
 public:
  explicit AwayBuffer(std::size_t limit) : limit_(limit) {}

  /// Whether a message of about `size` bytes may be kept. If need be, requests that nobody waits
  /// for any more make room for it.
  bool make_room(std::size_t size, const RequestMux& requests);
  /// The memory that what is kept takes.
  std::size_t size() const { return bytes_.size() + entries_.size() * sizeof(Entry); }
  std::size_t limit() const { return limit_; }

  /// Appends PUB or HPUB, as wire::append_publish(), and returns where the payload goes. `ticket`
  /// is that of the request that it is, if it is one.
  char* append(std::string_view subject, std::string_view reply, std::string_view header,
               std::size_t payload_size, std::optional<RequestMux::Ticket> ticket);

  /// What was kept and is too large for the server that is there now.
  struct TooLarge {
    std::vector<RequestMux::Ticket> requests;
    std::vector<std::string> subjects;  // of messages that are no requests
  };

  /// Moves what is kept to the end of `output`. Messages with more than `max_payload` bytes are
  /// left out, as the server would close the connection for them.
  TooLarge send(ByteBuffer& output, const RequestMux& requests, std::uint64_t max_payload);

  void clear();

 private:
  struct Entry {
    std::size_t size;
    std::size_t header_and_payload;
    std::optional<RequestMux::Ticket> ticket;
  };

  bool has_room(std::size_t size) const { return this->size() + sizeof(Entry) + size <= limit_; }
  void drop_abandoned(const RequestMux& requests);

  std::size_t limit_;
  ByteBuffer bytes_;
  std::vector<Entry> entries_;
  std::size_t requests_ = 0;  // of them
};

}  // namespace fairlead::nats
