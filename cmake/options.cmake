# Warnings, sanitizers and coverage, for all of our own targets and nothing else.
add_library(converge_options INTERFACE)
target_compile_features(converge_options INTERFACE cxx_std_20)
target_compile_options(converge_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Werror
  -Wno-missing-field-initializers  # aggregates with defaults are meant to be begun and left
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>  # GCC 12 sees overlaps in std::string that are not there at -O2 (GCC bug 105651)
  -fno-omit-frame-pointer -ffp-contract=off)  # no fused multiply-add: the same bytes on every x86-64
# GCC 12 sees uninitialised std::string and std::optional buffers at -O2 where there are none (GCC bug 105562 and kin).
target_compile_options(converge_options INTERFACE $<$<AND:$<CONFIG:Release>,$<CXX_COMPILER_ID:GNU>>:-Wno-maybe-uninitialized>)
target_include_directories(converge_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
# One codec, one logger, one clock: the include path is src/, so every include names its layer.
if(CONVERGE_SANITIZE)
  target_compile_options(converge_options INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all)
  target_link_options(converge_options INTERFACE -fsanitize=address,undefined)
endif()
if(CONVERGE_COVERAGE)
  target_compile_options(converge_options INTERFACE --coverage)
  target_link_options(converge_options INTERFACE --coverage)
endif()
if(CONVERGE_FUZZ)
  target_compile_options(converge_options INTERFACE -fsanitize=fuzzer-no-link,address,undefined)
  target_link_options(converge_options INTERFACE -fsanitize=fuzzer-no-link,address,undefined)
endif()
