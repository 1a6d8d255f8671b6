# Finds the system's OpenBLAS, checks its version, and defines the target OpenBLAS.
set(openblas_minimum 0.3.19) # older ones pick Prescott kernels on CPUs they do not know

set(openblas_install_help "Install it and run the build again:
  Debian, Ubuntu:  apt-get install libopenblas-dev pkg-config
  Fedora:          dnf install openblas-devel pkgconf
  Alpine:          apk add openblas-dev pkgconf
  macOS:           brew install openblas pkg-config")

find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
  if(APPLE) # Homebrew keeps OpenBLAS out of the default search path
    execute_process(COMMAND brew --prefix openblas OUTPUT_VARIABLE openblas_prefix OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    set(ENV{PKG_CONFIG_PATH} "${openblas_prefix}/lib/pkgconfig:$ENV{PKG_CONFIG_PATH}")
  endif()
  pkg_check_modules(openblas QUIET IMPORTED_TARGET openblas)
endif()

if(openblas_FOUND)
  if(openblas_VERSION VERSION_LESS openblas_minimum)
    message(FATAL_ERROR "lowrank needs OpenBLAS ${openblas_minimum} or newer, but found ${openblas_VERSION}. ${openblas_install_help}")
  endif()
  set(openblas_libraries PkgConfig::openblas)
else()
  set(BLA_VENDOR OpenBLAS)
  find_package(BLAS QUIET)
  if(NOT BLAS_FOUND)
    message(FATAL_ERROR "lowrank needs OpenBLAS ${openblas_minimum} or newer, but found none. ${openblas_install_help}")
  endif()
  set(openblas_libraries ${BLAS_LIBRARIES})
endif()

add_library(OpenBLAS INTERFACE)
if(OPENBLAS_STATIC)
  find_library(openblas_archive libopenblas.a HINTS ${openblas_LIBDIR} REQUIRED)
  target_link_libraries(OpenBLAS INTERFACE ${openblas_archive})
else()
  target_link_libraries(OpenBLAS INTERFACE ${openblas_libraries})
endif()
