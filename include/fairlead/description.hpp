#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <google/protobuf/descriptor.h>

#include "fairlead/call_policy.hpp"

namespace fairlead {

/// How many messages go each way.
enum class MethodKind { kUnary, kServerStream, kClientStream, kBidiStream };

/// `unary`, `server_stream`, `client_stream` or `bidi_stream`, as discovery shows it.
std::string_view kind_name(MethodKind kind);

/// What is known of a method before anything runs: from the .proto, written out by the generator.
/// Names are those of the .proto.
struct MethodDescription {
  /// `Average`
  std::string name;
  /// `calc.Calc.Average`
  std::string full_name;
  /// The subject without prefix: the full name, or the option `subject`.
  std::string subject;
  /// Further subjects without prefix on which the method answers (option `alias`).
  std::vector<std::string> aliases;
  MethodKind kind = MethodKind::kUnary;
  /// Deadline of a call whose caller sets none; the option `timeout`, default 5 s.
  std::chrono::nanoseconds timeout = std::chrono::seconds(5);
  /// Running it twice is as good as once (option `idempotent`).
  bool idempotent = false;
  /// Calls that run at once; 0: the default for the kind of handler (option `concurrency`).
  int concurrency = 0;
  /// The caller does not wait for a reply (option `oneway`).
  bool oneway = false;
  /// How callers make its calls unless they say otherwise (options `retry`, `throttle`, `breaker`,
  /// `hedge`).
  CallPolicy policy;
  const google::protobuf::Descriptor* request = nullptr;
  const google::protobuf::Descriptor* response = nullptr;
  /// The comment above the method in the .proto, for people.
  std::string comment;
};

/// What is known of a service before anything runs. Generated code holds one for each service.
struct ServiceDescription {
  /// `calc.Calc`
  std::string full_name;
  /// The name in NATS' service discovery (ADR-32): `calc-Calc`, or the option `name`.
  std::string name;
  /// SemVer; the option `version` or the plugin's `version=`, default `0.0.0`.
  std::string version = "0.0.0";
  std::string description;
  /// The queue group that instances share; the option `queue_group`, default `q` (ADR-32).
  std::string queue_group = "q";
  /// Put before every subject with a dot, unless empty: the plugin's `prefix=` or `--prefix`.
  std::string prefix;
  std::vector<MethodDescription> methods;
  /// The file that declares the service; with its imports it makes the published schema.
  const google::protobuf::FileDescriptor* file = nullptr;
};

/// `subject` under `prefix`, if that is not empty.
std::string with_prefix(const std::string& prefix, const std::string& subject);

}  // namespace fairlead
