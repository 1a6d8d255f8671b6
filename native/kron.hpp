// Products of all pairs of entries, block by block: block (I, J) of C is A_IJ ⊗ B_IJ. One block is the Kronecker
// product, columns by themselves give the Khatri-Rao product, rows by themselves the face-splitting product.
#pragma once
#include <vector>

#include "view.hpp"

namespace lowrank {

// How a dimension of A and the same one of B are cut into the same number of blocks; C's is cut accordingly.
class Cuts {
 public:
  Cuts(const std::int32_t* sizesOfA, const std::int32_t* sizesOfB, index_t count);

  struct Block {
    index_t firstOfA, sizeOfA, firstOfB, sizeOfB, firstOfC;
  };
  const std::vector<Block>& blocks() const { return blocks_; }
  index_t extentOfC() const { return C_; }
  bool single() const { return single_; }  // every block is one row or column of A and one of B

 private:
  std::vector<Block> blocks_;
  index_t A_ = 0, B_ = 0, C_ = 0;
  bool single_ = true;
};

// C is row-major.
template <class T>
void kron(View<const T> A, View<const T> B, const Cuts& rows, const Cuts& columns, T* C);

}  // namespace lowrank
