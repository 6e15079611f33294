# With FAIRLEAD_PRECOMPILE the headers of others are compiled once: for builds that are made whole, as
# those of sanitizers are. Nothing relies on it, and the release build, made without, says so.
option(FAIRLEAD_PRECOMPILE "Precompile the headers of other projects" OFF)
if(FAIRLEAD_PRECOMPILE)
  # Else targets with threads and those without could not share one.
  add_compile_options(-pthread)
  # The optimiser's false alarms in the standard library, which is no system header any more once it
  # is precompiled: g++ 12 with ThreadSanitizer on a std::string (as GCC PR105651).
  add_compile_options("$<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds;-Wno-stringop-overflow>")
  if(CCACHE)
    # As the manual of ccache asks for.
    set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
    if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
      add_compile_options(-fpch-preprocess)
    else()
      add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
    endif()
  endif()
endif()

# Called once the targets that it needs are known.
function(fairlead_add_precompiled)
  if(NOT FAIRLEAD_PRECOMPILE)
    return()
  endif()
  set(folder ${PROJECT_SOURCE_DIR}/cmake/precompiled)
  foreach(kind IN ITEMS library test)
    add_library(fairlead_precompiled_${kind} OBJECT ${folder}/${kind}.cpp)
    target_link_libraries(fairlead_precompiled_${kind} PRIVATE fairlead_settings fairlead_warnings
      ${ABSL_LIBRARIES} nlohmann_json::nlohmann_json protobuf::libprotobuf)
    target_precompile_headers(fairlead_precompiled_${kind} PRIVATE ${folder}/${kind}.hpp)
  endforeach()
  if(FAIRLEAD_TESTS)
    target_link_libraries(fairlead_precompiled_test PRIVATE GTest::gtest_main GTest::gmock)
  endif()
endfunction()

# fairlead_precompile(TARGET library|test): `target` includes what many do without compiling it.
function(fairlead_precompile target kind)
  if(FAIRLEAD_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM fairlead_precompiled_${kind})
  endif()
endfunction()
