#pragma once

#include <string>

namespace fairlead::nats {

/// A new identifier in the form that NATS clients use: 22 characters of 0-9, A-Z, a-z. All are
/// random (130 bits), from the system's source.
std::string new_nuid();

}  // namespace fairlead::nats
