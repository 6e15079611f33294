#include "rpc/request_log.hpp"

#include <absl/strings/str_format.h>

#include "core/strings.hpp"
#include "rpc/codec.hpp"
#include "rpc/status_wire.hpp"

namespace fairlead::rpc {
namespace {

bool continues_a_letter(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

}  // namespace

std::string RequestLog::text_of(const google::protobuf::Message& message) const {
  std::string text;
  if (payloads_ == 0 || !logger_.enabled(LogLevel::kInfo)) return text;
  if (!encode_json(message, text).ok()) return "what cannot be written as JSON";
  if (text.size() <= payloads_) return text;
  std::size_t end = payloads_;
  while (end > 0 && continues_a_letter(text[end])) --end;
  return concat(text.substr(0, end), "… (", text.size(), " bytes)");
}

void RequestLog::write(const absl::Status& status, std::chrono::nanoseconds taken,
                       std::string_view caller, std::string_view request,
                       const google::protobuf::Message* response) {
  if (status.ok()) {
    due_ += share_;
    if (due_ < 1) return;
    due_ -= 1;
  }
  if (!logger_.enabled(LogLevel::kInfo)) return;
  Logger logger = logger_;
  if (!request.empty()) logger = logger.with("request", request);
  if (response && payloads_ > 0) logger = logger.with("response", text_of(*response));
  const double milliseconds = static_cast<double>(taken.count()) / 1e6;
  logger.info("call", {{"status", std::string(code_name(status.code()))},
                       {"duration", absl::StrFormat("%.3fms", milliseconds)},
                       {"caller", caller.empty() ? "one-way" : std::string(caller)}});
}

}  // namespace fairlead::rpc
