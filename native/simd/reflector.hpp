// Householder reflectors H = I − τ v vᵀ with v₀ = 1, one in each lane.
#pragma once
#include "chunks.hpp"
#include "members.hpp"

namespace lowrank::simd::LOWRANK_ISA {

// Vectors shorter than this, next to 1, count as 0: their squares underflow, and a reflector made of those would not be
// orthogonal.
template <class T>
inline constexpr T negligibleNorm = sizeof(T) == 8 ? T(0x1p-450) : T(0x1p-50);

// The H that turns x, `length` long and 1 or more, into (β, 0, …): x becomes β and the rest of v. Returns τ.
template <class T>
inline Vec<T> makeReflector(Vec<T>* x, index_t length) {
  const Vec<T> alpha = x[0];
  Vec<T> tail{};
  for (index_t i = 1; i < length; ++i) tail += x[i] * x[i];
  const Vec<T> squaredNorm = alpha * alpha + tail;
  // H = I where nothing follows x₀, or nothing that counts.
  const Int<T> trivial = (tail == T(0)) | (squaredNorm < negligibleNorm<T> * negligibleNorm<T>);
  const Vec<T> beta = -signOf<T>(alpha) * squareRoot<T>(squaredNorm);
  const Vec<T> scale = select<T>(trivial, Vec<T>{}, 1 / (alpha - beta));
  for (index_t i = 1; i < length; ++i) x[i] *= scale;
  x[0] = select<T>(trivial, alpha, beta);
  return select<T>(trivial, Vec<T>{}, (beta - alpha) / beta);
}

template <class T, int width>
inline void reflectColumns(const Vec<T>* v, Vec<T> tau, index_t length, Vec<T>* C, index_t stride) {
  Vec<T> product[width];
  for (int c = 0; c < width; ++c) product[c] = C[c * stride];
  for (index_t i = 1; i < length; ++i) {
    for (int c = 0; c < width; ++c) product[c] += v[i] * C[c * stride + i];
  }
  for (int c = 0; c < width; ++c) {
    product[c] *= tau;
    C[c * stride] -= product[c];
  }
  for (index_t i = 1; i < length; ++i) {
    for (int c = 0; c < width; ++c) C[c * stride + i] -= v[i] * product[c];
  }
}

// C := H C for `columns` columns, `length` long and `stride` apart.
template <class T>
inline void applyReflector(const Vec<T>* v, Vec<T> tau, index_t length, Vec<T>* C, index_t columns, index_t stride) {
  forChunks<widestChunk>(0, columns, [&](auto width, index_t j) {
    reflectColumns<T, decltype(width)::value>(v, tau, length, C + j * stride, stride);
  });
}

}  // namespace lowrank::simd::LOWRANK_ISA
