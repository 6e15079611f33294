#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "wire/header_reader.hpp"
#include "wire/header_writer.hpp"

namespace {

using fairlead::wire::HeaderReader;
using fairlead::wire::HeaderWriter;

void require(bool condition) {
  if (!condition) std::abort();
}

void require_within(std::string_view part, std::string_view whole) {
  require(part.empty() || (part.data() >= whole.data() &&
                           part.data() + part.size() <= whole.data() + whole.size()));
}

}  // namespace

// The bytes are a header block. What can be read and may be sent is the same once it was written
// and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view block(reinterpret_cast<const char*>(data), size);
  HeaderReader reader(block);
  require(reader.status() >= 0 && reader.status() <= 999);
  require_within(reader.description(), block);

  HeaderWriter writer;
  std::vector<std::pair<std::string, std::string>> lines;
  while (reader.next()) {
    require_within(reader.key(), block);
    require_within(reader.value(), block);
    require(!reader.key().empty());
    if (!fairlead::wire::is_valid_header_key(reader.key())) continue;
    if (!fairlead::wire::is_valid_header_value(reader.value())) continue;
    writer.add(reader.key(), reader.value());
    lines.emplace_back(reader.key(), reader.value());
  }
  require(!reader.next());  // it stays at its end

  HeaderReader again(writer.finish());
  for (const auto& [key, value] : lines) {
    require(again.next());
    require(again.key() == key && again.value() == value);
  }
  require(!again.next() && again.valid());
  return 0;
}
