include(GoogleTest)

# converge_layer(<name> [USES <left neighbours>] [LIBS <third party>])
#
# One static library converge_<name> from src/<name>/**/*.cpp, and one test program <name>_test from the *_test.cpp that
# stand beside them. USES is the architecture diagram: only layers to the left may be named, and CMake refuses a name
# that does not exist yet when the folder is added.
function(converge_layer name)
  cmake_parse_arguments(arg "" "" "USES;LIBS;TEST_LIBS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$|_tool\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")

  add_library(converge_${name} STATIC ${sources})
  foreach(left IN LISTS arg_USES)
    if(NOT TARGET converge_${left})
      message(FATAL_ERROR "src/${name} uses ${left}, which is not to its left in src/LAYERS")
    endif()
    target_link_libraries(converge_${name} PUBLIC converge_${left})
  endforeach()
  target_link_libraries(converge_${name} PUBLIC converge_options ${arg_LIBS})

  if(tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE converge_${name} ${arg_TEST_LIBS} GTest::gmock GTest::gtest_main)
    target_include_directories(${name}_test PRIVATE ${CMAKE_SOURCE_DIR}/tests)
    if(name STREQUAL "store" OR "store" IN_LIST arg_USES)  # tests/fixture/test_server.hpp
      target_link_libraries(${name}_test PRIVATE converge_test_server)
      set(servers FIXTURES_REQUIRED test_servers)
    endif()
    if(name STREQUAL "store")  # its tests end connections and hold schema locks on the shared servers: one at a time
      list(APPEND servers RESOURCE_LOCK test_servers)
    endif()
    target_compile_definitions(${name}_test PRIVATE CONVERGE_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    gtest_discover_tests(${name}_test DISCOVERY_TIMEOUT 60 WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} PROPERTIES TIMEOUT 280 ${servers})
  endif()
endfunction()
