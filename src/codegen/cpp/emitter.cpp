#include "codegen/cpp/emitter.hpp"

#include <algorithm>

namespace fairlead::codegen::cpp {

void Emitter::check(const File& file, Problems& problems) const {
  check_names(file, problems);
}

std::vector<Output> Emitter::emit(const File& file) const {
  std::vector<Output> outputs = {{file.stem + ".fairlead.hpp", emit_header(file)},
                                 {file.stem + ".fairlead.cpp", emit_source(file)}};
  const bool has_main = std::any_of(file.services.begin(), file.services.end(),
                                    [](const Service& s) { return s.implementation.has_value(); });
  if (has_main) outputs.push_back({file.stem + ".main.cpp", emit_main(file)});
  return outputs;
}

}  // namespace fairlead::codegen::cpp
