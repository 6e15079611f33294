#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <google/protobuf/descriptor.h>

#include "codegen/policy.hpp"
#include "codegen/problem.hpp"

namespace fairlead::codegen {

/// The class that serves a service in a generated main (`impl=`).
struct Implementation {
  std::string header;
  std::string class_name;
};

/// A method as every language sees it. Names are those of the .proto.
struct Method {
  std::string name;
  std::string full_name;
  std::string subject;
  std::vector<std::string> aliases;
  std::chrono::nanoseconds timeout = std::chrono::seconds(5);
  bool idempotent = false;
  int concurrency = 0;
  bool oneway = false;
  std::vector<PolicyLayer> layers;
  bool client_streams = false;
  bool server_streams = false;
  std::vector<std::string> comment;  // its lines
  const google::protobuf::MethodDescriptor* descriptor = nullptr;
};

inline bool is_stream(const Method& method) {
  return method.client_streams || method.server_streams;
}

struct Service {
  std::string name;
  std::string full_name;
  std::string discovery_name;
  std::string version;
  std::string description;
  std::string queue_group;
  std::string prefix;
  std::vector<std::string> comment;
  std::vector<Method> methods;
  std::optional<Implementation> implementation;
  const google::protobuf::ServiceDescriptor* descriptor = nullptr;
};

/// The services of one .proto: all that an emitter needs.
struct File {
  std::string path;  // `acme/calc.proto`
  std::string stem;  // `acme/calc`
  std::string package;
  std::vector<Service> services;
  const google::protobuf::FileDescriptor* descriptor = nullptr;
};

/// Whether one of its methods is a stream.
inline bool has_streams(const File& file) {
  for (const Service& service : file.services) {
    for (const Method& method : service.methods) {
      if (is_stream(method)) return true;
    }
  }
  return false;
}

struct Options;

/// The model of `file`. What is wrong with a value that cannot be held in the model is added to
/// `problems`.
File make_model(const google::protobuf::FileDescriptor& file, const Options& options,
                Problems& problems);

/// Where a service or a method is declared, or where it sets `option`, a field of
/// fairlead.ServiceOptions or fairlead.MethodOptions.
Place place_of(const Service& service, int option = 0);
Place place_of(const Method& method, int option = 0);

}  // namespace fairlead::codegen
