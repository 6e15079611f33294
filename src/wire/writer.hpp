#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/byte_buffer.hpp"

namespace fairlead::wire {

/// Appends PUB or (with a header block) HPUB for a payload of `payload_size` bytes and returns
/// where these go; they must be written before the buffer is used again. `header` is a whole
/// block as HeaderWriter makes it. Subjects must have been validated.
char* append_publish(ByteBuffer& out, std::string_view subject, std::string_view reply,
                     std::string_view header, std::size_t payload_size);

/// Appends SUB; an empty queue group means a plain subscription.
void append_subscribe(ByteBuffer& out, std::string_view subject, std::string_view queue_group,
                      std::uint64_t subscription);

/// Appends UNSUB; with `max` the server ends the subscription after so many messages in all.
void append_unsubscribe(ByteBuffer& out, std::uint64_t subscription, std::uint64_t max = 0);

}  // namespace fairlead::wire
