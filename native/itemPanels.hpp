// The items of a recommender as the scoring kernel reads them, and what it finds: plain data.
#pragma once
#include <cstdint>

#include "view.hpp"

namespace lowrank {

// Items a panel: as many as fill 128 bytes, whatever the instruction set.
template <class T>
constexpr index_t panelWidth = 128 / static_cast<index_t>(sizeof(T));

// Panel p holds the factors of the items from p·panelWidth on, factor by factor (rank×panelWidth); what goes beyond the
// last item is 0. Does not own its memory.
template <class T>
struct ItemPanels {
  index_t items = 0, rank = 0;
  const T* factors = nullptr;
  const T* biases = nullptr;        // a number an item, panel by panel
  const T* inverseNorms = nullptr;  // likewise: 1/‖z‖, 0 for a zero vector

  index_t panels() const { return (items + panelWidth<T> - 1) / panelWidth<T>; }
};

template <class T>
struct Scored {
  T score;
  std::int32_t item;
};

// What is asked for, a row each: the scores base + bias + wᵀz, or wᵀz/‖z‖ (`cosine`), but of the items in
// excluded[begin, end), ascending.
template <class T>
struct ItemQuery {
  View<const T> factors;  // row r: w
  const T* bases = nullptr;
  bool cosine = false;
  const std::int32_t* excluded = nullptr;
  const std::int32_t* ranges = nullptr;  // begin and end, row by row
};

}  // namespace lowrank
