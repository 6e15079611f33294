# Code from .proto files, in this project and in those that use the installed package.
#
#   fairlead_generate(TARGET target PROTOS file.proto…
#                     [IMPORT_DIRS directory…] [OPTIONS option=value…])
#
# adds to `target` what protoc and protoc-gen-fairlead make of each .proto. The names of the .proto
# files are relative to the current source folder; each is imported by its path below the first of
# IMPORT_DIRS that holds it (default: the current source folder). OPTIONS are those of the plugin.
#
#   fairlead_add_service(name PROTO calc.proto IMPL calc.hpp:Calc
#                        [VERSION 1.0.0] [PREFIX prefix] [SOURCES file.cpp…] [IMPORT_DIRS directory…])
#
# makes the executable `name`, with a generated main, of a .proto and of the class that serves it. For
# a .proto with several services IMPL has one entry for each: `Calc=calc.hpp:Calc Stats=stats.hpp:Stats`.

# Where fairlead/options.proto is; the package's configuration sets it, in the project it is known.
if(NOT DEFINED FAIRLEAD_PROTO_DIR)
  get_filename_component(FAIRLEAD_PROTO_DIR ${CMAKE_CURRENT_LIST_DIR}/../proto ABSOLUTE)
endif()
set_property(GLOBAL PROPERTY FAIRLEAD_PROTO_DIR ${FAIRLEAD_PROTO_DIR})

function(fairlead_generate)
  cmake_parse_arguments(arg "" "TARGET" "PROTOS;IMPORT_DIRS;OPTIONS" ${ARGN})
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_TARGET OR NOT arg_PROTOS)
    message(FATAL_ERROR "fairlead_generate: expected TARGET target PROTOS file.proto… "
      "[IMPORT_DIRS directory…] [OPTIONS option=value…] ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT arg_IMPORT_DIRS)
    set(arg_IMPORT_DIRS ${CMAKE_CURRENT_SOURCE_DIR})
  endif()
  get_property(proto_dir GLOBAL PROPERTY FAIRLEAD_PROTO_DIR)
  set(import_dirs "")
  set(import_flags "")
  foreach(directory IN LISTS arg_IMPORT_DIRS proto_dir)
    get_filename_component(directory ${directory} ABSOLUTE)
    list(APPEND import_dirs ${directory})
    list(APPEND import_flags -I ${directory})
  endforeach()
  list(TRANSFORM arg_OPTIONS PREPEND --fairlead_opt= OUTPUT_VARIABLE options)
  # A folder for each target, so that two targets may use one .proto.
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${arg_TARGET}.generated)
  file(MAKE_DIRECTORY ${out})

  foreach(proto IN LISTS arg_PROTOS)
    get_filename_component(path ${proto} ABSOLUTE)
    set(name "")
    foreach(directory IN LISTS import_dirs)
      string(FIND ${path} ${directory}/ position)
      if(position EQUAL 0 AND name STREQUAL "")
        file(RELATIVE_PATH name ${directory} ${path})
      endif()
    endforeach()
    if(name STREQUAL "")
      message(FATAL_ERROR "fairlead_generate: ${path} is in none of the import folders ${import_dirs}")
    endif()
    string(REGEX REPLACE "\\.proto$" "" stem ${name})
    set(outputs ${out}/${stem}.pb.cc ${out}/${stem}.pb.h
                ${out}/${stem}.fairlead.cpp ${out}/${stem}.fairlead.hpp)
    if(options MATCHES "--fairlead_opt=impl[.=]")
      list(APPEND outputs ${out}/${stem}.main.cpp)
    endif()
    # The .proto files that are imported are known after the first run, from the file for Ninja.
    add_custom_command(
      OUTPUT ${outputs}
      COMMAND protobuf::protoc ${import_flags} --cpp_out=${out}
              --plugin=protoc-gen-fairlead=$<TARGET_FILE:fairlead::protoc-gen-fairlead>
              --fairlead_out=${out} ${options} --dependency_out=${out}/${stem}.d ${name}
      DEPENDS ${path} fairlead::protoc-gen-fairlead
      DEPFILE ${out}/${stem}.d
      COMMENT "Generating ${stem}.fairlead" VERBATIM)
    target_sources(${arg_TARGET} PRIVATE ${outputs})
  endforeach()
  target_include_directories(${arg_TARGET} PUBLIC $<BUILD_INTERFACE:${out}>)
endfunction()

function(fairlead_add_service name)
  cmake_parse_arguments(arg "" "PROTO;VERSION;PREFIX" "IMPL;SOURCES;IMPORT_DIRS" ${ARGN})
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_PROTO OR NOT arg_IMPL)
    message(FATAL_ERROR "fairlead_add_service: expected NAME PROTO file.proto IMPL header.hpp:Class "
      "[VERSION version] [PREFIX prefix] [SOURCES file.cpp…] [IMPORT_DIRS directory…] "
      "${arg_UNPARSED_ARGUMENTS}")
  endif()
  set(options "")
  foreach(implementation IN LISTS arg_IMPL)
    if(implementation MATCHES "=")
      list(APPEND options impl.${implementation})
    else()
      list(APPEND options impl=${implementation})
    endif()
  endforeach()
  if(arg_VERSION)
    list(APPEND options version=${arg_VERSION})
  endif()
  if(arg_PREFIX)
    list(APPEND options prefix=${arg_PREFIX})
  endif()
  add_executable(${name} ${arg_SOURCES})
  fairlead_generate(TARGET ${name} PROTOS ${arg_PROTO}
    IMPORT_DIRS ${arg_IMPORT_DIRS} OPTIONS ${options})
  target_include_directories(${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE fairlead::fairlead)
endfunction()
