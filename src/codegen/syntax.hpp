#pragma once

#include <string>

namespace fairlead::codegen {

/// What forbids `text` as a subject to publish to, as the end of a sentence; empty if nothing does.
std::string subject_fault(const std::string& text);

}  // namespace fairlead::codegen
