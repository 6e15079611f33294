#pragma once

#include <string>
#include <vector>

#include <google/protobuf/descriptor.pb.h>

#include "fairlead/description.hpp"

namespace fairlead {

/// What a program hosts, for people: each service with a table of its methods.
std::string describe_text(const std::vector<const ServiceDescription*>& services);

/// The same for machines: one JSON object, indented.
std::string describe_json(const std::string& program,
                          const std::vector<const ServiceDescription*>& services);

/// The files that declare `services` as .proto text, without what they import.
std::string schema_proto(const std::vector<const ServiceDescription*>& services);

/// The files that declare `services` with everything that they import, each before the first that
/// needs it.
google::protobuf::FileDescriptorSet schema_of(
    const std::vector<const ServiceDescription*>& services);

}  // namespace fairlead
