#pragma once

#include <exception>
#include <functional>
#include <memory>

#include "fairlead/middleware.hpp"

namespace fairlead {

/// What the caller is told of an exception.
using Recover = std::function<absl::Status(const MiddlewareCall& call, std::exception_ptr failure)>;

/// Catches what handlers and middlewares inside of it throw, in a service logs it as an error with
/// the method, and makes a status of it by `recover`; without one INTERNAL that says no more. A
/// call survives exceptions without it, too; it is for those who want to decide what callers are
/// told, and lets middlewares outside of it see a status. An exception of `recover` itself goes on
/// outwards.
std::shared_ptr<Middleware> make_recovery(Recover recover = nullptr);

}  // namespace fairlead
