// What a kernel sees of a sparse matrix in compressed rows.
#pragma once
#include <cstdint>

#include "view.hpp"

namespace lowrank {

// Row i has the entries rowPointers[i] … rowPointers[i + 1] − 1. Does not own its memory.
template <class T>
struct Csr {
  index_t rows = 0, columns = 0;
  const std::int32_t* rowPointers = nullptr;
  const std::int32_t* columnIndices = nullptr;
  const T* values = nullptr;
};

}  // namespace lowrank
