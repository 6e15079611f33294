#include "fairlead/middleware/validation.hpp"

#include <atomic>
#include <map>
#include <mutex>
#include <vector>

#include <absl/strings/str_cat.h>

#include "middleware/validation/message_rules.hpp"
#include "rpc/status_wire.hpp"

namespace fairlead {
namespace {

using google::protobuf::Descriptor;
using middleware::MessageRules;

class Validation final : public Middleware {
 public:
  Task<absl::Status> handle(MiddlewareCall& call, Next next) override {
    if (call.request()) {
      absl::Status status = check(*call.request());
      if (!status.ok() && call.side() == CallSide::kClient) rpc::mark_never_ran(status);
      if (!status.ok()) co_return status;
    }
    absl::Status status = co_await next();
    co_return status;
  }

  absl::Status on_message(MiddlewareCall&, MessageDirection direction,
                          const google::protobuf::Message& message) override {
    return direction == MessageDirection::kRequest ? check(message) : absl::OkStatus();
  }

 private:
  using Table = std::map<const Descriptor*, std::shared_ptr<const MessageRules>>;

  absl::Status check(const google::protobuf::Message& message) {
    const Descriptor& type = *message.GetDescriptor();
    const MessageRules& rules = rules_of(type);
    if (!rules.fault().empty()) return absl::FailedPreconditionError(rules.fault());
    if (rules.empty()) return absl::OkStatus();
    const auto violations = rules.check(message);
    if (violations.empty()) return absl::OkStatus();
    return middleware::violations_error(type, violations);
  }

  const MessageRules& rules_of(const Descriptor& type) {
    if (const Table* table = table_.load(std::memory_order_acquire)) {
      const auto found = table->find(&type);
      if (found != table->end()) return *found->second;
    }
    return learn(type);
  }

  // A type comes for the first time. Loops read the table without a lock, so there is a new one,
  // and the old ones stay: there are as few as there are types.
  const MessageRules& learn(const Descriptor& type) {
    const std::lock_guard lock(mutex_);
    auto table =
        tables_.empty() ? std::make_unique<Table>() : std::make_unique<Table>(*tables_.back());
    auto& rules = (*table)[&type];
    if (!rules) rules = std::make_shared<const MessageRules>(type);
    const MessageRules& known = *rules;
    table_.store(table.get(), std::memory_order_release);
    tables_.push_back(std::move(table));
    return known;
  }

  std::atomic<const Table*> table_ = nullptr;
  std::mutex mutex_;
  std::vector<std::unique_ptr<const Table>> tables_;
};

}  // namespace

std::shared_ptr<Middleware> make_validation() {
  return std::make_shared<Validation>();
}

}  // namespace fairlead
