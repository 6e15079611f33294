#pragma once

#include <string>
#include <vector>

#include <google/protobuf/compiler/code_generator.h>

#include "codegen/emitter.hpp"

namespace fairlead::codegen {

/// What protoc calls: options, model, checks, then the emitter of one language.
class Generator final : public google::protobuf::compiler::CodeGenerator {
 public:
  explicit Generator(const Emitter& emitter) : emitter_(emitter) {}

  bool Generate(const google::protobuf::FileDescriptor* file, const std::string& parameter,
                google::protobuf::compiler::GeneratorContext* context,
                std::string* error) const override;
  bool GenerateAll(const std::vector<const google::protobuf::FileDescriptor*>& files,
                   const std::string& parameter,
                   google::protobuf::compiler::GeneratorContext* context,
                   std::string* error) const override;
  uint64_t GetSupportedFeatures() const override { return FEATURE_PROTO3_OPTIONAL; }

 private:
  const Emitter& emitter_;
};

}  // namespace fairlead::codegen
