// The SIMD kernel of recommendations: part of the table in kernels.hpp.
#pragma once
#include "../itemPanels.hpp"

// topItems  the `count` best items of the panels [first, last) for the rows [begin, end): row r's go to found + (r −
//           begin)·count, in no order, their number to sizes[r − begin]. Of equal scores the lower item is better. A
//           score has the same bits wherever its item and its row stand; one that is NaN or −∞ is never found.
#define LOWRANK_SIMD_ITEM_KERNELS(ENTRY)                                                                               \
  ENTRY(topItems, (const ItemPanels<T>& items, const ItemQuery<T>& query, index_t first, index_t last, index_t begin,  \
                   index_t end, index_t count, Scored<T>* found, std::int32_t* sizes))
