# Run on every build: cmake -DSOURCE=<tree> -DTEMPLATE=<in> -DOUTPUT=<out> -P revision.cmake
# Writes what the program is built from; touches the file only when that has changed.
set(REVISION $ENV{CONVERGE_REVISION})
if(NOT REVISION)
  execute_process(COMMAND git -C ${SOURCE} describe --always --dirty --abbrev=12 --exclude=*
    OUTPUT_VARIABLE REVISION OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
if(NOT REVISION)
  set(REVISION unknown)
endif()
configure_file(${TEMPLATE} ${OUTPUT} @ONLY)
