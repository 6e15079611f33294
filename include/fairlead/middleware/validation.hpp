#pragma once

#include <memory>

#include "fairlead/middleware.hpp"

namespace fairlead {

/// Refuses messages that break the rules which their .proto has for its fields, the option
/// `(fairlead.field)`: INVALID_ARGUMENT that names each field and what it must be, with a
/// google.rpc.BadRequest as detail. In a service it checks requests before the handler sees them;
/// in a client before they are sent. Also each request of a stream. Messages without rules cost a
/// look into a table.
std::shared_ptr<Middleware> make_validation();

}  // namespace fairlead
