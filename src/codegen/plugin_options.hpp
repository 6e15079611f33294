#pragma once

#include <string>
#include <vector>

#include "codegen/model.hpp"
#include "codegen/problem.hpp"

namespace fairlead::codegen {

/// The plugin's parameter: `--fairlead_opt=version=1.2.0,impl=calc.hpp:Calc`.
struct Options {
  /// One `impl`; `service` is empty for `impl=`, `Calc` or `calc.Calc` for `impl.Calc=`.
  struct Impl {
    std::string service;
    Implementation implementation;
  };

  std::vector<Impl> impls;
  std::string version = "0.0.0";
  std::string prefix;
};

/// Reads the parameter; what is wrong with it goes to `problems`.
Options parse_options(const std::string& parameter, Problems& problems);

/// Gives the services that the options name their implementations.
void assign_implementations(const Options& options, std::vector<File>& files, Problems& problems);

}  // namespace fairlead::codegen
