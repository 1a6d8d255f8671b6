#include "topItems.hpp"

#include <algorithm>
#include <cmath>

#include "args.hpp"
#include "job.hpp"
#include "pool.hpp"
#include "simd/dispatch.hpp"

namespace lowrank {

namespace {

// Rows that share a reading of the panels: their factors stay in the nearest caches beside one panel.
constexpr index_t rowsTogether = 96;

// Whether a comes before b.
template <class T>
bool isBetter(const Scored<T>& a, const Scored<T>& b) {
  return a.score > b.score || (a.score == b.score && a.item < b.item);
}

// Into how many runs of panels the work of few rows is cut, so that all threads have some.
template <class T>
index_t runsOf(const ItemPanels<T>& items, index_t rows, index_t count) {
  const index_t groups = (rows + rowsTogether - 1) / rowsTogether;
  const double work =
      static_cast<double>(items.items) * static_cast<double>(items.rank + 8) * static_cast<double>(rows);
  const index_t worth =
      std::min<index_t>(static_cast<index_t>(work / 5e5), items.items / std::max<index_t>(4 * count, panelWidth<T>));
  return std::clamp<index_t>(std::min<index_t>(worth, (32 + groups - 1) / groups), 1,
                             std::max<index_t>(items.panels(), 1));
}

}  // namespace

template <class T>
Items<T>::Items(View<const T> Z, const T* biases) {
  panels_.items = Z.columns;
  panels_.rank = Z.rows;
  const index_t panels = panels_.panels(), places = panels * panelWidth<T>;
  factors_ = Buffer<T>(places * Z.rows);
  biases_ = Buffer<T>(places);
  inverseNorms_ = Buffer<T>(places);
  std::fill_n(biases_.data(), places, T(0));
  if (biases) std::copy_n(biases, Z.columns, biases_.data());
  parallelFor(panels, 64, [&](index_t begin, index_t end) {
    for (index_t p = begin; p < end; ++p) fill(Z, p);
  });
  panels_.factors = factors_.data();
  panels_.biases = biases_.data();
  panels_.inverseNorms = inverseNorms_.data();
}

template <class T>
void Items<T>::fill(View<const T> Z, index_t panel) {
  constexpr index_t width = panelWidth<T>;
  const index_t first = panel * width, count = std::min(width, Z.columns - first);
  T* const target = factors_.data() + first * Z.rows;
  for (index_t c = 0; c < width; ++c) {
    double squares = 0;
    for (index_t l = 0; l < Z.rows; ++l) {
      const T z = c < count ? Z(l, first + c) : T(0);
      target[l * width + c] = z;
      squares += static_cast<double>(z) * static_cast<double>(z);
    }
    inverseNorms_[first + c] = squares > 0 ? static_cast<T>(1 / std::sqrt(squares)) : T(0);
  }
}

template <class T>
void topItems(const ItemPanels<T>& items, const ItemQuery<T>& query, index_t count, std::int32_t* indices, T* scores) {
  const index_t rows = query.factors.rows, panels = items.panels();
  if (rows == 0 || count == 0) return;
  const index_t runs = runsOf(items, rows, count);
  const index_t groups = (rows + rowsTogether - 1) / rowsTogether;
  // Run s of row r finds its best at (s·rows + r)·count.
  Buffer<Scored<T>> found(runs * rows * count);
  Buffer<std::int32_t> sizes(runs * rows);
  parallelFor(runs * groups, 1, [&](index_t firstTask, index_t lastTask) {
    for (index_t task = firstTask; task < lastTask; ++task) {
      const index_t run = task % runs, begin = task / runs * rowsTogether, end = std::min(begin + rowsTogether, rows);
      const index_t at = run * rows + begin;
      simd::kernels<T>().topItems(items, query, panels * run / runs, panels * (run + 1) / runs, begin, end, count,
                                  found.data() + at * count, sizes.data() + at);
    }
  });
  parallelFor(rows, 64, [&](index_t begin, index_t end) {
    Buffer<Scored<T>> all(runs * count);
    for (index_t r = begin; r < end; ++r) {
      Scored<T>* last = all.data();
      for (index_t run = 0; run < runs; ++run)
        last = std::copy_n(found.data() + (run * rows + r) * count, sizes[run * rows + r], last);
      const index_t kept = std::min<index_t>(count, last - all.data());
      std::partial_sort(all.data(), all.data() + kept, last, isBetter<T>);
      for (index_t c = 0; c < count; ++c) {
        indices[r * count + c] = c < kept ? all[c].item : -1;
        scores[r * count + c] = c < kept ? all[c].score : T(0);
      }
    }
  });
}

#define LOWRANK_INSTANTIATE(T) \
  template class Items<T>;     \
  template void topItems<T>(const ItemPanels<T>&, const ItemQuery<T>&, index_t, std::int32_t*, T*);
LOWRANK_INSTANTIATE(float)
LOWRANK_INSTANTIATE(double)
#undef LOWRANK_INSTANTIATE

namespace {

template <class T>
napi_value makeItemsOf(napi_env env, Args& args) {
  const Batch<const T> Z = args.input<T>();
  const Span<const T> biases = args.inputArray<T>();
  if (Z.count != 1 || (biases.length != 0 && biases.length != Z.first.columns))
    throw InternalFault("the factors of items were tampered with");
  return wrap(env, std::make_shared<Items<T>>(Z.first, biases.length == 0 ? nullptr : biases.data));
}

}  // namespace

napi_value makeItems(napi_env env, napi_callback_info info) {
  try {
    Args args(env, info, nullptr);
    return args.type() == napi_float32_array ? makeItemsOf<float>(env, args) : makeItemsOf<double>(env, args);
  } catch (...) {
    napi_throw(env, errorFor(env, std::current_exception()));
    return nullptr;
  }
}

}  // namespace lowrank
