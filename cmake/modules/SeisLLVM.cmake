# Finds LLVM and MLIR 22.1, once, and defines how the libraries of the compiler are built.
# The one place where the MLIR version is pinned.

set(SEIS_LLVM_PREFIX /usr/lib/llvm-22 CACHE PATH "Prefix of LLVM and MLIR 22.1")
find_package(MLIR 22.1 REQUIRED CONFIG HINTS ${SEIS_LLVM_PREFIX}/lib/cmake/mlir)
list(APPEND CMAKE_MODULE_PATH ${MLIR_CMAKE_DIR} ${LLVM_CMAKE_DIR})
set(MLIR_TABLEGEN_EXE ${LLVM_TOOLS_BINARY_DIR}/mlir-tblgen)
set(MLIR_LINK_MLIR_DYLIB ON)
set(LLVM_LINK_LLVM_DYLIB ON)
include(TableGen)
include(AddLLVM)
include(AddMLIR)
# LLVM's own flags minus its warning list, which is written for LLVM's sources.
set(LLVM_ENABLE_WARNINGS OFF)
include(HandleLLVMOptions)
string(REGEX REPLACE "(^| )-w( |$)" " " CMAKE_CXX_FLAGS "${CMAKE_CXX_FLAGS}")
string(REGEX REPLACE "(^| )-w( |$)" " " CMAKE_C_FLAGS "${CMAKE_C_FLAGS}")
set(SEIS_CLANG ${LLVM_TOOLS_BINARY_DIR}/clang CACHE FILEPATH "clang of the same version, compiles the object's C parts to bitcode")

separate_arguments(SEIS_LLVM_DEFINITIONS UNIX_COMMAND "${LLVM_DEFINITIONS}")

# What every target of the compiler sees.
add_library(seis_compiler_options INTERFACE)
target_compile_definitions(seis_compiler_options INTERFACE ${SEIS_LLVM_DEFINITIONS})
target_include_directories(seis_compiler_options SYSTEM INTERFACE ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
target_include_directories(seis_compiler_options INTERFACE ${CMAKE_SOURCE_DIR}/include ${CMAKE_BINARY_DIR}/include)
target_compile_options(seis_compiler_options INTERFACE -Wall -Wextra -Wno-unused-parameter -Wno-comment)

# One precompiled header of the MLIR headers serves all libraries: without it a file takes 20 s, with it 3 s.
function(seis_use_pch target)
  if(TARGET SeisPCH)
    target_precompile_headers(${target} REUSE_FROM SeisPCH)
  endif()
endfunction()

# seis_add_library(NAME SOURCES... [DEPENDS targets...] [LINK targets...] [NO_PCH])
# A static library of the compiler; MLIR and LLVM come from their shared libraries.
function(seis_add_library name)
  cmake_parse_arguments(ARG "NO_PCH" "" "DEPENDS;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_link_libraries(${name} PUBLIC seis_compiler_options ${ARG_LINK})
  add_dependencies(${name} SeisIncGen)
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
  if(NOT ARG_NO_PCH)
    seis_use_pch(${name})
  endif()
endfunction()

# MLIR and LLVM live in small allocations. Sanitizers bring an allocator of their own.
find_library(SEIS_JEMALLOC jemalloc)
if(SEIS_JEMALLOC AND NOT SEIS_SANITIZE)
  set(SEIS_ALLOCATOR ${SEIS_JEMALLOC})
endif()

# seis_add_tool(NAME SOURCES... [LINK targets...])
function(seis_add_tool name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE ${SEIS_ALLOCATOR} ${ARG_LINK} MLIR LLVM)
  add_dependencies(${name} SeisIncGen)
  # LLVM's libraries are not where the loader looks.
  set_target_properties(${name} PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
  install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endfunction()
