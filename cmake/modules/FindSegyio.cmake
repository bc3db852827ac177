# FindSegyio - the SEG-Y library libsegyio, which ships no CMake files itself
#
# Defines the imported target Segyio::Segyio and
#   Segyio_FOUND, Segyio_INCLUDE_DIR, Segyio_LIBRARY
# The shared library is preferred: it is LGPL and linked dynamically.

find_path(Segyio_INCLUDE_DIR NAMES segyio/segy.h)
find_library(Segyio_LIBRARY NAMES libsegyio.so segyio)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Segyio
  REQUIRED_VARS Segyio_LIBRARY Segyio_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "install libsegyio-dev (Debian) or build https://github.com/equinor/segyio")

if(Segyio_FOUND AND NOT TARGET Segyio::Segyio)
  add_library(Segyio::Segyio UNKNOWN IMPORTED)
  set_target_properties(Segyio::Segyio PROPERTIES
    IMPORTED_LOCATION "${Segyio_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${Segyio_INCLUDE_DIR}")
endif()
mark_as_advanced(Segyio_INCLUDE_DIR Segyio_LIBRARY)
