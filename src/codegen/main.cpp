#include <google/protobuf/compiler/plugin.h>

#include "codegen/cpp/emitter.hpp"
#include "codegen/generator.hpp"

int main(int argc, char** argv) {
  const fairlead::codegen::cpp::Emitter emitter;
  const fairlead::codegen::Generator generator(emitter);
  return google::protobuf::compiler::PluginMain(argc, argv, &generator);
}
