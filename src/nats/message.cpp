#include "fairlead/nats/message.hpp"

#include "wire/header_reader.hpp"

namespace fairlead::nats {

Message::Message(const MessageView& view)
    : subject(view.subject), reply(view.reply), payload(view.payload) {
  wire::HeaderReader reader(view.header);
  status = reader.status();
  status_text = std::string(reader.description());
  while (reader.next()) headers.add(reader.key(), reader.value());
}

}  // namespace fairlead::nats
