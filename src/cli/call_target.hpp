#pragma once

#include <string>
#include <string_view>

#include <absl/status/statusor.h>

#include "fairlead/description.hpp"
#include "fairlead/metadata.hpp"

namespace fairlead::cli {

/// What `fairlead call` is to call.
struct CallTarget {
  std::string service;
  std::string method;
};

/// `calc.Calc.Average` or `calc-Calc.Average`: the method is behind the last dot.
absl::StatusOr<CallTarget> parse_target(std::string_view text);

/// The place of a method. NOT_FOUND names the nearest one.
absl::StatusOr<std::size_t> find_method(const ServiceDescription& service,
                                        const std::string& method);

/// Adds `key:value` as given by --header.
absl::Status add_header(std::string_view text, Metadata& metadata);

}  // namespace fairlead::cli
