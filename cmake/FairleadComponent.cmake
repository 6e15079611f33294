# The rooms of the house: each folder under src/ is one component, an object library that knows only
# the components it names. All are put together in the two libraries that users link.

add_library(fairlead_settings INTERFACE)
target_compile_features(fairlead_settings INTERFACE cxx_std_20)
target_include_directories(fairlead_settings INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
# Both must be the same in every source of a program: Asio is compiled once, in src/core/asio.cpp, and
# 8 cached coroutine frames a thread are what makes awaiting free of malloc at the depth of a call.
target_compile_definitions(fairlead_settings INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=8)
# A false alarm of g++ 12 when it inlines Asio's coroutine frames, in users' sources as in ours.
target_compile_options(fairlead_settings INTERFACE
  $<$<CXX_COMPILER_ID:GNU>:-Wno-mismatched-new-delete>)
target_link_libraries(fairlead_settings INTERFACE Boost::headers Threads::Threads)

add_library(fairlead_warnings INTERFACE)
# False alarms of g++ 12 when it optimises: -Wrestrict on std::string (GCC PR105651), and
# -Wmismatched-new-delete on the frame of Asio's awaitable once its operator new has been inlined.
target_compile_options(fairlead_warnings INTERFACE -Wall -Wextra -Wpedantic
  "$<$<CXX_COMPILER_ID:GNU>:-Wshadow=local;-Wno-restrict;-Wno-mismatched-new-delete>"
  $<$<BOOL:${FAIRLEAD_WERROR}>:-Werror>)

# fairlead_component(NAME [FOLDERS folder…] KNOWS component… LIBRARIES library…): the sources and tests
# of this folder, and of the folders in it that are named.
function(fairlead_component name)
  cmake_parse_arguments(arg "" "" "FOLDERS;KNOWS;LIBRARIES" ${ARGN})
  list(TRANSFORM arg_FOLDERS APPEND /*.cpp)
  file(GLOB sources CONFIGURE_DEPENDS *.cpp ${arg_FOLDERS})
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")

  add_library(fairlead_component_${name} OBJECT ${sources})
  fairlead_precompile(fairlead_component_${name} library)
  target_include_directories(fairlead_component_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(fairlead_component_${name}
    PUBLIC fairlead_settings ${arg_LIBRARIES} PRIVATE fairlead_warnings)
  foreach(known IN LISTS arg_KNOWS)
    target_link_libraries(fairlead_component_${name} PUBLIC fairlead_component_${known})
  endforeach()
  set_property(TARGET fairlead_component_${name} PROPERTY FAIRLEAD_KNOWS ${arg_KNOWS})

  if(FAIRLEAD_TESTS AND tests)
    set(nats_only)
    if(name MATCHES "^(core|wire|nats)$")
      set(nats_only NATS_ONLY)
    endif()
    fairlead_test(${name}_test ${tests} ${nats_only})
  endif()
endfunction()

# fairlead_test(NAME source… [LIBRARIES library…] [NATS_ONLY] [PROCESSORS n]): a GoogleTest program with
# everything linked, or with the NATS client alone; each of its tests keeps so many processors busy.
function(fairlead_test name)
  cmake_parse_arguments(arg "NATS_ONLY" "PROCESSORS" "LIBRARIES" ${ARGN})
  set(library fairlead)
  if(arg_NATS_ONLY)
    set(library fairlead_nats)
  endif()
  set(processors 1)
  if(arg_PROCESSORS)
    set(processors ${arg_PROCESSORS})
  endif()
  add_executable(${name} ${arg_UNPARSED_ARGUMENTS})
  fairlead_precompile(${name} test)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${arg_LIBRARIES} ${library} fairlead_warnings
    GTest::gtest_main GTest::gmock)
  gtest_discover_tests(${name} TEST_PREFIX "${name}." DISCOVERY_MODE PRE_TEST
    PROPERTIES TIMEOUT 120 PROCESSORS ${processors})
endfunction()
