# Compiles through ccache where it is installed. Read by the presets after project().
#
# Clang's precompiled headers hold no time stamps here and ccache is told so: otherwise
# every file that uses one would be compiled anew.
find_program(SEIS_CCACHE ccache)
mark_as_advanced(SEIS_CCACHE)
if(SEIS_CCACHE AND PROJECT_IS_TOP_LEVEL)
  foreach(language C CXX)
    if(NOT CMAKE_${language}_COMPILER_LAUNCHER)
      set(CMAKE_${language}_COMPILER_LAUNCHER
        ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${SEIS_CCACHE})
    endif()
    if(CMAKE_${language}_COMPILER_ID STREQUAL "Clang")
      list(APPEND CMAKE_${language}_COMPILE_OPTIONS_CREATE_PCH -Xclang -fno-pch-timestamp)
    endif()
  endforeach()
endif()
