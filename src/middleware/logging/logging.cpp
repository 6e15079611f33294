#include "fairlead/middleware/logging.hpp"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

#include <absl/strings/str_format.h>

#include "fairlead/context.hpp"
#include "fairlead/description.hpp"

#include "core/strings.hpp"
#include "rpc/codec.hpp"
#include "rpc/status_wire.hpp"

namespace fairlead {
namespace {

std::string milliseconds(Deadline::Duration taken) {
  return absl::StrFormat("%.3fms", std::chrono::duration<double, std::milli>(taken).count());
}

class Logging final : public Middleware {
 public:
  Logging(const LoggingOptions& options, Logger logger)
      : options_(options), logger_(std::move(logger)) {}

  Task<absl::Status> handle(MiddlewareCall& call, Next next) override {
    const auto began = Deadline::Clock::now();
    // Now, as the handler may take it apart.
    const std::string request = shown(call.request());
    absl::Status status;
    std::exception_ptr failure;
    try {
      status = co_await next();
    } catch (...) {
      failure = std::current_exception();
      status = absl::InternalError("an exception");
    }
    write(call, status, Deadline::Clock::now() - began, request);
    if (failure) std::rethrow_exception(failure);
    co_return status;
  }

  absl::Status on_message(MiddlewareCall& call, MessageDirection direction,
                          const google::protobuf::Message& message) override {
    const Logger& logger = logger_of(call);
    if (options_.payloads() == 0 || !logger.enabled(LogLevel::kDebug)) return absl::OkStatus();
    logger.debug(direction == MessageDirection::kRequest ? "request" : "response",
                 {{"method", call.method().full_name}, {"payload", shown(&message)}});
    return absl::OkStatus();
  }

 private:
  const Logger& logger_of(const MiddlewareCall& call) const {
    return call.context() ? call.context()->logger() : logger_;
  }

  std::string shown(const google::protobuf::Message* message) const {
    if (!message || options_.payloads() == 0) return "";
    std::string json;
    if (!rpc::encode_json(*message, json).ok()) return "(not to be shown as JSON)";
    if (json.size() <= options_.payloads()) return json;
    return concat(json.substr(0, options_.payloads()), "… (", json.size(), " bytes)");
  }

  void write(const MiddlewareCall& call, const absl::Status& status, Deadline::Duration taken,
             const std::string& request) const {
    const Logger& logger = logger_of(call);
    const LogLevel level =
        status.ok() ? options_.level() : std::max(options_.level(), LogLevel::kWarning);
    if (!logger.enabled(level)) return;
    const Identity* const caller = call.context() ? call.context()->identity() : nullptr;
    Logger line = call.context() ? logger : logger.with("method", call.method().full_name);
    if (caller) line = line.with("caller", caller->name());
    if (!status.ok()) line = line.with("reason", message_of(status));
    if (!request.empty()) line = line.with("request", request);
    if (const std::string response = status.ok() ? shown(call.response()) : ""; !response.empty()) {
      line = line.with("response", response);
    }
    line.log(level, call.context() ? "served" : "called",
             {{"status", std::string(rpc::code_name(status.code()))},
              {"duration", milliseconds(taken)}});
  }

  const LoggingOptions options_;
  const Logger logger_;
};

}  // namespace

std::shared_ptr<Middleware> make_logging(LoggingOptions options, Logger logger) {
  return std::make_shared<Logging>(options, std::move(logger));
}

}  // namespace fairlead
