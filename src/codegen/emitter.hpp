#pragma once

#include <string>
#include <vector>

#include "codegen/model.hpp"
#include "codegen/problem.hpp"

namespace fairlead::codegen {

/// A file to write.
struct Output {
  std::string path;
  std::string text;
};

/// Writes the services of a file in one language. The model was validated before.
class Emitter {
 public:
  virtual ~Emitter() = default;

  /// Checks what only this language forbids, such as names that collide.
  virtual void check(const File& file, Problems& problems) const = 0;

  /// The files for `file`, which has no problem. A file without services gets the same files, with
  /// nothing in them, so that a build need not know what is in a .proto.
  virtual std::vector<Output> emit(const File& file) const = 0;
};

}  // namespace fairlead::codegen
