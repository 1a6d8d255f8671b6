# Finds the system's OpenBLAS, checks its version, and defines the target OpenBLAS. Writes the library's path to
# openblas.txt in the build folder: native/setup.mjs builds anew when that file changes.
set(openblas_minimum 0.3.19) # older ones pick Prescott kernels on CPUs they do not know

set(openblas_install_help "Install it and run the build again:
  Debian, Ubuntu:  apt-get install libopenblas-dev pkg-config
  Fedora:          dnf install openblas-devel pkgconf-pkg-config
  Alpine:          apk add openblas-dev pkgconf
  macOS:           brew install openblas pkgconf")

function(openblas_require_version version)
  if(version VERSION_LESS openblas_minimum)
    message(FATAL_ERROR "lowrank needs OpenBLAS ${openblas_minimum} or newer, but found ${version}. ${openblas_install_help}")
  endif()
endfunction()

set(OPENBLAS_ROOT "" CACHE PATH "Folder of an OpenBLAS (with lib/ and include/) to take instead of the system's")

find_package(PkgConfig QUIET)
if(NOT OPENBLAS_ROOT AND PkgConfig_FOUND)
  if(APPLE) # Homebrew keeps OpenBLAS out of the default search path
    execute_process(COMMAND brew --prefix openblas OUTPUT_VARIABLE openblas_prefix OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    set(ENV{PKG_CONFIG_PATH} "${openblas_prefix}/lib/pkgconfig:$ENV{PKG_CONFIG_PATH}")
  endif()
  pkg_check_modules(openblas QUIET IMPORTED_TARGET openblas)
endif()

if(OPENBLAS_ROOT)
  find_library(openblas_library NAMES openblas PATHS "${OPENBLAS_ROOT}/lib" NO_DEFAULT_PATH REQUIRED)
  set(openblas_libraries ${openblas_library})
  set(openblas_LIBDIR "${OPENBLAS_ROOT}/lib")
  set(openblas_header "${OPENBLAS_ROOT}/include/openblas_config.h")
  if(EXISTS "${openblas_header}")
    file(STRINGS "${openblas_header}" openblas_version_line REGEX "OPENBLAS_VERSION")
    string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+" openblas_VERSION "${openblas_version_line}")
    openblas_require_version("${openblas_VERSION}")
  endif()
elseif(openblas_FOUND)
  openblas_require_version("${openblas_VERSION}")
  set(openblas_libraries PkgConfig::openblas)
  find_library(openblas_library NAMES openblas HINTS ${openblas_LIBDIR} ${openblas_LIBRARY_DIRS})
else()
  set(BLA_VENDOR OpenBLAS)
  find_package(BLAS QUIET)
  if(NOT BLAS_FOUND)
    message(FATAL_ERROR "lowrank needs OpenBLAS ${openblas_minimum} or newer, but found none. ${openblas_install_help}")
  endif()
  set(openblas_libraries ${BLAS_LIBRARIES})
  list(GET BLAS_LIBRARIES 0 openblas_library)
endif()

add_library(OpenBLAS INTERFACE)
if(OPENBLAS_STATIC)
  find_library(openblas_archive libopenblas.a HINTS ${openblas_LIBDIR} ${openblas_LIBRARY_DIRS} REQUIRED)
  target_link_libraries(OpenBLAS INTERFACE ${openblas_archive})
  set(openblas_library ${openblas_archive})
else()
  target_link_libraries(OpenBLAS INTERFACE ${openblas_libraries})
endif()
message(STATUS "OpenBLAS ${openblas_VERSION}: ${openblas_library}")
file(WRITE ${CMAKE_BINARY_DIR}/openblas.txt "${openblas_library}\n")
