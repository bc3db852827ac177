# What the compiler relies on in the bitcode of the vector math, and in objects made
# with it. Arguments: BITCODE, DIS, NM, FUNCTIONS (the list), OBJECTS (separated by |).
execute_process(COMMAND ${DIS} ${BITCODE} -o - OUTPUT_VARIABLE ir COMMAND_ERROR_IS_FATAL ANY)

# Nothing names a CPU, no arithmetic may be rearranged or fused by the optimiser, and
# nothing is called but intrinsics and the library itself.
foreach(word "target-cpu" "target-features" "target triple" " fast " " contract " " reassoc "
        " nnan " " ninf " " nsz " " arcp " " afn ")
  string(FIND "${ir}" "${word}" at)
  if(NOT at EQUAL -1)
    message(SEND_ERROR "the bitcode contains '${word}'")
  endif()
endforeach()
string(REGEX MATCHALL "\ndeclare [^\n]*" declarations "${ir}")
foreach(declaration ${declarations})
  if(NOT declaration MATCHES "@llvm\\.")
    message(SEND_ERROR "the bitcode needs a function from outside:${declaration}")
  endif()
endforeach()

# Every function of the list is there in every form, with vectors by value.
file(STRINGS ${FUNCTIONS} lines REGEX "^SEIS_MATH_FUNCTION\\(")
list(LENGTH lines count)
if(count LESS 10)
  message(FATAL_ERROR "found only ${count} functions in ${FUNCTIONS}")
endif()
foreach(line ${lines})
  string(REGEX MATCH "\\((.*), ([12])," unused "${line}")
  string(REGEX REPLACE ".*\\(([a-z0-9]+), ([12]),.*" "\\1;\\2" parts "${line}")
  list(GET parts 0 name)
  list(GET parts 1 arity)
  foreach(form "float:4:32" "float:8:32" "float:16:32" "double:2:64" "double:4:64" "double:8:64")
    string(REPLACE ":" ";" form ${form})
    list(GET form 0 type)
    list(GET form 1 lanes)
    list(GET form 2 bits)
    set(vector "<${lanes} x ${type}>")
    set(arguments "${vector} [^,<)]*")
    if(arity EQUAL 2)
      set(arguments "${arguments}, ${arguments}")
    endif()
    if(NOT ir MATCHES "${vector} @seis_${name}_v${lanes}f${bits}\\(${arguments}\\)")
      message(SEND_ERROR "no seis_${name}_v${lanes}f${bits} on ${vector} by value")
    endif()
  endforeach()
  if(NOT ir MATCHES "float @seis_${name}_v1f32\\(float" OR
     NOT ir MATCHES "double @seis_${name}_v1f64\\(double")
    message(SEND_ERROR "no scalar form of seis_${name}")
  endif()
endforeach()

# In objects every call has been inlined: of the library only the parts for large
# arguments are left.
string(REPLACE "|" ";" OBJECTS "${OBJECTS}")
foreach(object ${OBJECTS})
  execute_process(COMMAND ${NM} ${object} OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
  if(symbols MATCHES "( seis_[a-z0-9]+_v[0-9]+f[0-9]+)")
    message(SEND_ERROR "${object}:${CMAKE_MATCH_1} was not inlined")
  endif()
  string(REGEX MATCHALL " U [^\n]+" undefined "${symbols}")
  if(undefined)
    message(SEND_ERROR "${object} needs${undefined}")
  endif()
endforeach()
