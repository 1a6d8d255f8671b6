#!/bin/sh
# Builds OpenBLAS as a static library for the prebuilt binaries of platforms whose packages have none that fits (musl,
# macOS): native/static/buildOpenblas.sh PREFIX. Kernels for every CPU, chosen at run time; LAPACK as C, so that no Fortran
# library is needed; its own threads. Needs git, make, a C compiler and perl.
set -eu
version=v0.3.30
prefix=$1

source=$(mktemp -d)
trap 'rm -rf "$source"' EXIT
git clone --quiet --depth 1 --branch "$version" https://github.com/OpenMathLib/OpenBLAS "$source"
settings="DYNAMIC_ARCH=1 USE_OPENMP=0 USE_THREAD=1 NUM_THREADS=64 NOFORTRAN=1 NO_LAPACKE=1 NO_SHARED=1 NO_TEST=1"
# shellcheck disable=SC2086 # words, on purpose
make -C "$source" -j "$(getconf _NPROCESSORS_ONLN)" $settings CFLAGS=-fPIC libs netlib
# shellcheck disable=SC2086
make -C "$source" $settings PREFIX="$prefix" install
