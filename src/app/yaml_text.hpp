#pragma once

#include <string>
#include <vector>

#include <absl/functional/function_ref.h>
#include <absl/status/statusor.h>
#include <yaml-cpp/yaml.h>

namespace fairlead {

/// `calc.yaml:3`, or the path alone where YAML does not know the line.
std::string place_of(const std::string& path, const YAML::Mark& mark);

/// INVALID_ARGUMENT: the place, a colon, what is wrong.
absl::Status wrong_at(const std::string& place, const std::string& what);

/// Reads the file `path`; NOT_FOUND says that it is `what` (`the configuration file`) and why not.
absl::StatusOr<std::string> read_text_file(const std::string& path, const std::string& what);

/// Gives the one document of a YAML text to `read`, a null node if there is none. What is not YAML
/// is INVALID_ARGUMENT with its place in `path`.
absl::Status read_yaml(const std::string& text, const std::string& path,
                       absl::FunctionRef<absl::Status(const YAML::Node&)> read);

/// Gives each entry of a map to `read`, with the place of its name: `calc.yaml:3: retry`. Names
/// must be among `known`, if that is not null, and come once; errors name the place in `path`.
absl::Status each_entry(
    const YAML::Node& map, const std::string& path, const std::vector<std::string>* known,
    absl::FunctionRef<absl::Status(const std::string& name, const std::string& place,
                                   const YAML::Node& value)>
        read);

}  // namespace fairlead
