#include "fairlead/middleware/recovery.hpp"

#include <string>
#include <utility>

#include "fairlead/context.hpp"
#include "fairlead/description.hpp"

#include "rpc/call_server.hpp"

namespace fairlead {
namespace {

std::string text_of(std::exception_ptr failure) {
  try {
    std::rethrow_exception(std::move(failure));
  } catch (...) {
    return rpc::describe_exception();
  }
}

class Recovery final : public Middleware {
 public:
  explicit Recovery(Recover recover) : recover_(std::move(recover)) {}

  Task<absl::Status> handle(MiddlewareCall& call, Next next) override {
    std::exception_ptr failure;
    try {
      absl::Status status = co_await next();
      co_return status;
    } catch (...) {
      failure = std::current_exception();
    }
    co_return recover(call, failure);
  }

 private:
  absl::Status recover(const MiddlewareCall& call, std::exception_ptr failure) const {
    if (call.context()) {
      call.context()->logger().error("an exception was caught", {{"exception", text_of(failure)}});
    }
    if (recover_) return recover_(call, std::move(failure));
    return absl::InternalError("internal error");
  }

  const Recover recover_;
};

}  // namespace

std::shared_ptr<Middleware> make_recovery(Recover recover) {
  return std::make_shared<Recovery>(std::move(recover));
}

}  // namespace fairlead
