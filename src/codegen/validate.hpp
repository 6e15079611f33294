#pragma once

#include "codegen/model.hpp"
#include "codegen/problem.hpp"

namespace fairlead::codegen {

/// Checks what holds for every language: names, versions, subjects, limits, kinds of methods.
void validate(const File& file, Problems& problems);

}  // namespace fairlead::codegen
