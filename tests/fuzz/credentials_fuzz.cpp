#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/strings.hpp"
#include "nats/credentials_file.hpp"
#include "nats/jwt.hpp"
#include "nats/nkey.hpp"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

// The bytes are a credentials file. What is accepted can be used, what is not is refused with its
// place, and no longer piece of the file is in the message.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto credentials = fairlead::nats::parse_credentials(text, "x.creds");
  if (credentials.ok()) {
    require(fairlead::nats::parse_jwt(credentials->jwt).ok());
    require(fairlead::nats::NKey::from_seed(credentials->seed.view()).ok());
    return 0;
  }
  const std::string_view message = fairlead::message_of(credentials.status());
  require(message.starts_with("x.creds:"));
  for (const std::string_view line : fairlead::split(text, '\n')) {
    // The longest words that errors have of their own are shorter.
    if (line.size() >= 40 && line.find(' ') == std::string_view::npos) {
      require(message.find(line) == std::string_view::npos);
    }
  }
  return 0;
}
