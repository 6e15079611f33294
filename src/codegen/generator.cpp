#include "codegen/generator.hpp"

#include <memory>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream.h>

#include "codegen/plugin_options.hpp"
#include "codegen/validate.hpp"

namespace fairlead::codegen {

bool Generator::Generate(const google::protobuf::FileDescriptor* file, const std::string& parameter,
                         google::protobuf::compiler::GeneratorContext* context,
                         std::string* error) const {
  return GenerateAll({file}, parameter, context, error);
}

bool Generator::GenerateAll(const std::vector<const google::protobuf::FileDescriptor*>& files,
                            const std::string& parameter,
                            google::protobuf::compiler::GeneratorContext* context,
                            std::string* error) const {
  Problems problems;
  const Options options = parse_options(parameter, problems);
  // A wrong version or prefix would be reported again for every service.
  if (problems.empty()) {
    std::vector<File> models;
    for (const auto* file : files) models.push_back(make_model(*file, options, problems));
    assign_implementations(options, models, problems);
    for (const File& file : models) {
      validate(file, problems);
      emitter_.check(file, problems);
    }
    for (const File& file : models) {
      if (!problems.empty()) break;
      for (const Output& output : emitter_.emit(file)) {
        std::unique_ptr<google::protobuf::io::ZeroCopyOutputStream> stream(
            context->Open(output.path));
        google::protobuf::io::CodedOutputStream coded(stream.get());
        coded.WriteString(output.text);
      }
    }
  }
  *error = problems.text();
  return problems.empty();
}

}  // namespace fairlead::codegen
