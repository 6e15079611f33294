#include <cstdint>
#include <cstdlib>

#include "core/strings.hpp"
#include "nats/context_file.hpp"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

// The bytes are the file of a NATS context. What it points to is not read: that could be anything.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto context = fairlead::nats::parse_context(text, "x.json");
  if (!context.ok()) {
    require(fairlead::message_of(context.status()).starts_with("x.json:"));
    return 0;
  }
  require(context->user.empty() || context->jwt.empty());
  require(context->certificate_file.empty() == context->key_file.empty());
  fairlead::nats::ConnectOptions options;
  const absl::Status applied = apply_context(*context, options);
  require(applied.ok() == context->unsupported.empty());
  return 0;
}
