# Puts a file into the compiler. As a module it defines seis_embed; as a script it writes the array.
#
# seis_embed(OUT FUNCTION FILE): sets OUT to a generated .cpp that defines
#   llvm::StringRef seis::detail::FUNCTION();   the bytes of FILE, which may itself be generated
if(CMAKE_SCRIPT_MODE_FILE)
  file(READ ${INPUT} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(REGEX REPLACE "(................................................................................)" "\\1\n" bytes "${bytes}")
  file(WRITE ${OUTPUT}
"// Made by EmbedFile.cmake.
#include \"llvm/ADT/StringRef.h\"
alignas(16) static const unsigned char bytes[] = {
${bytes}};
namespace seis::detail {
llvm::StringRef ${FUNCTION}();
llvm::StringRef ${FUNCTION}() { return {reinterpret_cast<const char *>(bytes), sizeof bytes}; }
} // namespace seis::detail
")
  return()
endif()

set(SEIS_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})
function(seis_embed out function file)
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/${function}.cpp)
  add_custom_command(
    OUTPUT ${generated}
    COMMAND ${CMAKE_COMMAND} -DINPUT=${file} -DOUTPUT=${generated} -DFUNCTION=${function}
            -P ${SEIS_EMBED_SCRIPT}
    DEPENDS ${file} ${SEIS_EMBED_SCRIPT}
    COMMENT "Embedding ${file}"
    VERBATIM)
  set(${out} ${generated} PARENT_SCOPE)
endfunction()
