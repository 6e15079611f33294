# What `cmake --install` puts where, and the Debian package. Outside projects find it by
# find_package(fairlead), by pkg-config, or by adding this folder to their own build.
include(CMakePackageConfigHelpers)

set(FAIRLEAD_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/fairlead)
set_target_properties(fairlead_settings PROPERTIES EXPORT_NAME settings)
set_target_properties(fairlead_nats PROPERTIES EXPORT_NAME nats)
set_target_properties(fairlead_testing PROPERTIES EXPORT_NAME testing)
set(FAIRLEAD_INSTALLED fairlead_settings fairlead_nats fairlead fairlead_testing)
if(TARGET protoc-gen-fairlead)
  list(APPEND FAIRLEAD_INSTALLED protoc-gen-fairlead)
endif()

install(TARGETS ${FAIRLEAD_INSTALLED} EXPORT fairlead
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
if(TARGET fairlead_command)
  install(TARGETS fairlead_command RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/fairlead DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
# Beside the headers, so that one -I serves both protoc and the compiler.
install(FILES ${PROJECT_SOURCE_DIR}/proto/fairlead/options.proto
  ${PROJECT_BINARY_DIR}/proto/fairlead/options.pb.h
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/fairlead)
# What looks at services (Prometheus, alerts, a dashboard), and nats-server's part in a canary.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/deploy/observability ${PROJECT_SOURCE_DIR}/deploy/canary
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fairlead)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/fairlead
  RENAME copyright)
install(FILES ${PROJECT_SOURCE_DIR}/CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/fairlead)

install(EXPORT fairlead NAMESPACE fairlead:: FILE fairleadTargets.cmake
  DESTINATION ${FAIRLEAD_CMAKE_DIR})
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/fairleadConfig.cmake.in
  ${PROJECT_BINARY_DIR}/fairleadConfig.cmake INSTALL_DESTINATION ${FAIRLEAD_CMAKE_DIR}
  PATH_VARS CMAKE_INSTALL_INCLUDEDIR)
# Before 1.0 a minor version may change what programs see.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/fairleadConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/fairleadConfig.cmake
  ${PROJECT_BINARY_DIR}/fairleadConfigVersion.cmake
  ${PROJECT_SOURCE_DIR}/cmake/FairleadGenerate.cmake
  DESTINATION ${FAIRLEAD_CMAKE_DIR})

# pkg-config. The definitions and Abseil's parts are those that the targets have.
get_target_property(definitions fairlead_settings INTERFACE_COMPILE_DEFINITIONS)
list(TRANSFORM definitions PREPEND "-D")
list(JOIN definitions " " FAIRLEAD_DEFINITIONS)
get_target_property(abseil fairlead_nats INTERFACE_LINK_LIBRARIES)
list(FILTER abseil INCLUDE REGEX "^absl::")
list(TRANSFORM abseil REPLACE "^absl::" "absl_")
list(JOIN abseil " " FAIRLEAD_ABSEIL)
# They find themselves, so an installed tree can be moved.
file(RELATIVE_PATH FAIRLEAD_PREFIX_FROM_PC /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
string(REGEX REPLACE "/$" "" FAIRLEAD_PREFIX_FROM_PC "${FAIRLEAD_PREFIX_FROM_PC}")
foreach(package IN ITEMS fairlead fairlead-nats)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/${package}.pc.in ${PROJECT_BINARY_DIR}/${package}.pc
    @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${package}.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()

# The Debian package (make package). The libraries are static, so whoever links them needs the
# packages that they were built with.
if(PROJECT_IS_TOP_LEVEL)
  set(CPACK_GENERATOR DEB)
  set(CPACK_PACKAGE_NAME fairlead)
  set(CPACK_PACKAGE_CONTACT "The Fairlead Authors")
  set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
  set(CPACK_STRIP_FILES ON)
  set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
  set(CPACK_DEBIAN_PACKAGE_SECTION devel)
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
  string(CONCAT CPACK_DEBIAN_PACKAGE_DEPENDS
    "libabsl-dev, libboost1.81-dev, libcli11-dev, libprotobuf-dev, libre2-dev, libspdlog-dev, libssl-dev, "
    "libyaml-cpp-dev, nlohmann-json3-dev, pkg-config, protobuf-compiler, zlib1g-dev")
  set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "cmake, g++, nats-server")
  set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
  set(CPACK_PACKAGE_DESCRIPTION
    "Fairlead makes of a .proto file and a C++ class a service on NATS,\na typed client and a command line. This package holds its libraries,\nheaders, the code generator and the fairlead command.")
  include(CPack)
endif()
