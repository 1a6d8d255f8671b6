// The best items for rows of factors: what a recommender's answers are made of.
#pragma once
#include <node_api.h>

#include "buffer.hpp"
#include "itemPanels.hpp"

namespace lowrank {

// The factors of all items, copied panel by panel, with what their scores need besides.
template <class T>
class Items {
 public:
  static constexpr napi_type_tag tag{0x6c6f7772616e6b04, sizeof(T)};

  // Z: rank×items; biases: a number an item, or null.
  Items(View<const T> Z, const T* biases);

  std::int64_t bytes() const {
    return (factors_.size() + biases_.size() + inverseNorms_.size()) * static_cast<std::int64_t>(sizeof(T));
  }
  const ItemPanels<T>& panels() const { return panels_; }

 private:
  void fill(View<const T> Z, index_t panel);

  Buffer<T> factors_, biases_, inverseNorms_;
  ItemPanels<T> panels_;
};

// For each row of the query the best items, best first, `count` places a row; −1 where there are no more. Of equal
// scores the lower item comes first. The same bits for any number of threads.
template <class T>
void topItems(const ItemPanels<T>& items, const ItemQuery<T>& query, index_t count, std::int32_t* indices, T* scores);

// (Z, biases or an empty array) → handle
napi_value makeItems(napi_env env, napi_callback_info info);

}  // namespace lowrank
