#pragma once

#include <string>
#include <string_view>

#include "fairlead/nats/headers.hpp"

namespace fairlead::nats {

/// A message received, as it lies in the connection's read buffer. The views hold only until the
/// callback that got them returns.
struct MessageView {
  std::string_view subject;
  std::string_view reply;   ///< Where an answer goes; empty if none is wanted.
  std::string_view header;  ///< The raw header block; empty if the message has none.
  std::string_view payload;
};

/// A message received, with memory of its own.
struct Message {
  Message() {}
  /// Copies what `view` points to and parses its headers. Of a block that is
  /// wrong they are those before the first wrong line.
  explicit Message(const MessageView& view);

  std::string subject;
  std::string reply;
  Headers headers;
  /// The status in the first header line, 0 if none: 503 means "no responders".
  int status = 0;
  std::string status_text;
  std::string payload;
};

}  // namespace fairlead::nats
