// Members of a batch to lanes and back.
#pragma once
#include "../view.hpp"
#include "transpose.hpp"

namespace lowrank::simd::LOWRANK_ISA {

// The members that stand in the lanes together: first … first+real−1. At the end of a range the lanes left over repeat
// the last member, so that they take part in every operation without a special case and are not stored.
struct Group {
  index_t first;
  int real;

  index_t member(int lane) const { return first + (lane < real ? lane : real - 1); }
};

// Calls body(group) for the members [begin, end), `lanes<T>` at a time.
template <class T, class Body>
inline void forGroups(index_t begin, index_t end, Body body) {
  for (index_t first = begin; first < end; first += lanes<T>) {
    const index_t left = end - first;
    body(Group{first, left < lanes<T> ? static_cast<int>(left) : lanes<T>});
  }
}

// Where entry (i, j) of the members stands among the vectors: at entries[i*rowStride + j*columnStride].
template <class T>
struct Interleaved {
  Vec<T>* entries;
  index_t rowStride, columnStride;

  Vec<T>& operator()(index_t i, index_t j) const { return entries[i * rowStride + j * columnStride]; }
  Interleaved transposed() const { return {entries, columnStride, rowStride}; }
};

// Which entries of a matrix count.
enum class Part { whole, lowerTriangle };

// Walks the entries of a rows×columns matrix in row-major order.
struct Walk {
  index_t columns, i = 0, j = 0;

  void advance() {
    if (++j == columns) j = 0, ++i;
  }
};

// Members that are contiguous, row by row: squares of `lanes<T>` entries of as many members, each transposed in
// registers. The last square overlaps the one before it, so that only members smaller than a vector go entry by entry.
template <class T>
inline void gatherContiguous(const T* const* members, index_t rows, index_t columns, Interleaved<T> to) {
  const index_t size = rows * columns;
  if (size < lanes<T>) {
    Walk walk{columns};
    for (index_t e = 0; e < size; ++e, walk.advance()) {
      Vec<T> entry;
      for (int lane = 0; lane < lanes<T>; ++lane) entry[lane] = members[lane][e];
      to(walk.i, walk.j) = entry;
    }
    return;
  }
  Walk walk{columns};
  for (index_t e = 0; e < size; e += lanes<T>) {
    if (e + lanes<T> > size) {
      e = size - lanes<T>;
      walk.i = e / columns, walk.j = e % columns;
    }
    Vec<T> square[lanes<T>];
    for (int lane = 0; lane < lanes<T>; ++lane) square[lane] = load(members[lane] + e);
    transpose<T>(square);
    for (int k = 0; k < lanes<T>; ++k, walk.advance()) to(walk.i, walk.j) = square[k];
  }
}

template <class T>
inline void gatherStrided(const T* const* members, const View<const T>& shape, Interleaved<T> to) {
  for (index_t i = 0; i < shape.rows; ++i) {
    for (index_t j = 0; j < shape.columns; ++j) {
      const index_t offset = i * shape.rowStride + j * shape.columnStride;
      Vec<T> entry;
      for (int lane = 0; lane < lanes<T>; ++lane) entry[lane] = members[lane][offset];
      to(i, j) = entry;
    }
  }
}

template <class T>
inline void gatherShared(const View<const T>& shared, Interleaved<T> to) {
  for (index_t i = 0; i < shared.rows; ++i) {
    for (index_t j = 0; j < shared.columns; ++j) {
      to(i, j) = broadcast<T>(shared.data[i * shared.rowStride + j * shared.columnStride]);
    }
  }
}

// Reads the group's members; any strides, the contiguous ones fast. A member stride of 0 is one matrix for all.
template <class T>
inline void gather(const Batch<const T>& batch, Group group, Interleaved<T> to) {
  const View<const T>& shape = batch.first;
  if (shape.rows == 0 || shape.columns == 0) return;
  if (batch.memberStride == 0) return gatherShared<T>(shape, to);
  const T* members[lanes<T>];
  for (int lane = 0; lane < lanes<T>; ++lane) members[lane] = shape.data + group.member(lane) * batch.memberStride;
  if (shape.columnStride == 1 && shape.rowStride == shape.columns) {
    gatherContiguous<T>(members, shape.rows, shape.columns, to);
  } else if (shape.rowStride == 1 && shape.columnStride == shape.rows) {
    gatherContiguous<T>(members, shape.columns, shape.rows, to.transposed());
  } else {
    gatherStrided<T>(members, shape, to);
  }
}

// Asks for the memory that scatter() will write: it arrives while the kernel computes.
template <class T>
inline void announce(index_t rows, index_t columns, Group group, const T* batch) {
  constexpr index_t line = 64 / sizeof(T);
  const index_t size = rows * columns;
  for (index_t e = 0; e < group.real * size; e += line) __builtin_prefetch(batch + group.first * size + e, 1, 2);
}

// Writes the group's members to a batch of row-major rows×columns matrices that lie one after another.
template <class T>
inline void scatter(Interleaved<T> from, index_t rows, index_t columns, Group group, T* batch) {
  const index_t size = rows * columns;
  T* const first = batch + group.first * size;
  Walk walk{columns};
  if (size < lanes<T>) {
    for (index_t e = 0; e < size; ++e, walk.advance()) {
      const Vec<T> entry = from(walk.i, walk.j);
      for (int lane = 0; lane < group.real; ++lane) first[lane * size + e] = entry[lane];
    }
    return;
  }
  for (index_t e = 0; e < size; e += lanes<T>) {
    if (e + lanes<T> > size) {
      e = size - lanes<T>;
      walk.i = e / columns, walk.j = e % columns;
    }
    Vec<T> square[lanes<T>];
    for (int k = 0; k < lanes<T>; ++k, walk.advance()) square[k] = from(walk.i, walk.j);
    transpose<T>(square);
    for (int lane = 0; lane < group.real; ++lane) store<T>(first + lane * size + e, square[lane]);
  }
}

// One number a member.
template <class T, class Number>
inline void scatterNumbers(Int<T> from, Group group, Number* to) {
  for (int lane = 0; lane < group.real; ++lane) to[group.first + lane] = static_cast<Number>(from[lane]);
}

}  // namespace lowrank::simd::LOWRANK_ISA
