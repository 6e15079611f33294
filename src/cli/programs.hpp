#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <absl/status/statusor.h>

namespace fairlead::cli {

/// The folder in which this program lies.
std::filesystem::path own_folder();

/// The program `name` in one of `first`, in PATH, or in one of the folders where system services
/// are kept and which are not in everybody's PATH.
std::optional<std::filesystem::path> find_program(
    const std::string& name, const std::vector<std::filesystem::path>& first = {});

/// Runs a program with these arguments (its own path first) and waits for it. Returns its exit
/// code, 128 and the signal's number if a signal ended it.
absl::StatusOr<int> run_program(const std::vector<std::string>& arguments);

/// Puts a program in place of this one. Returns only if that fails.
absl::Status become_program(const std::vector<std::string>& arguments);

}  // namespace fairlead::cli
