#pragma once

#include <vector>

#include "codegen/emitter.hpp"

namespace fairlead::codegen::cpp {

/// C++: `x.fairlead.hpp` and `x.fairlead.cpp`, and `x.main.cpp` where a service has an
/// implementation.
class Emitter final : public codegen::Emitter {
 public:
  void check(const File& file, Problems& problems) const override;
  std::vector<Output> emit(const File& file) const override;
};

/// The text of each.
std::string emit_header(const File& file);
std::string emit_source(const File& file);
std::string emit_main(const File& file);

/// Names that C++ forbids or that collide.
void check_names(const File& file, Problems& problems);

}  // namespace fairlead::codegen::cpp
