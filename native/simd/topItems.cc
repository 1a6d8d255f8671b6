// The best items for many rows: a tile of scores is computed in registers and compared with the worst score that each
// row still keeps. Hardly any tile has a better one, so that scores are not written at all.
#include "declare.hpp"
#include "workspace.hpp"

namespace lowrank::simd::LOWRANK_ISA {

namespace {

template <class T>
inline constexpr int vectorsOfPanel = static_cast<int>(panelWidth<T>) / lanes<T>;

// Rows of a tile such that its scores, the factors of its items and one of a row fit the registers.
#if defined(__AVX512F__) || defined(__aarch64__)
template <class T>
inline constexpr int tileRows = vectorsOfPanel<T> <= 2 ? 12 : 24 / vectorsOfPanel<T>;
#else
template <class T>
inline constexpr int tileRows = vectorsOfPanel<T> <= 4 ? 12 / vectorsOfPanel<T> : 1;
#endif

template <class T>
inline bool isWorse(const Scored<T>& a, const Scored<T>& b) {
  return a.score < b.score || (a.score == b.score && a.item > b.item);
}

// The best items of one row so far: a heap with the worst of them at its root.
template <class T>
class Best {
 public:
  void start(Scored<T>* heap, index_t capacity) {
    heap_ = heap;
    capacity_ = capacity;
    size_ = 0;
  }
  index_t size() const { return size_; }
  // What a score has to exceed to be among them. Items come ascending, so an equal one does not.
  T threshold() const { return size_ < capacity_ ? -static_cast<T>(__builtin_inff()) : heap_[0].score; }

  void add(const Scored<T>& scored) {
    if (size_ < capacity_) {
      index_t at = size_++;
      for (; at > 0; at = (at - 1) / 2) {
        if (!isWorse(scored, heap_[(at - 1) / 2])) break;
        heap_[at] = heap_[(at - 1) / 2];
      }
      heap_[at] = scored;
      return;
    }
    index_t at = 0;
    for (;;) {
      index_t child = 2 * at + 1;
      if (child >= size_) break;
      if (child + 1 < size_ && isWorse(heap_[child + 1], heap_[child])) ++child;
      if (!isWorse(heap_[child], scored)) break;
      heap_[at] = heap_[child];
      at = child;
    }
    heap_[at] = scored;
  }

 private:
  Scored<T>* heap_;
  index_t capacity_, size_;
};

inline bool contains(const std::int32_t* list, index_t begin, index_t end, std::int32_t value) {
  while (begin < end) {
    const index_t middle = begin + (end - begin) / 2;
    if (list[middle] < value) begin = middle + 1;
    else end = middle;
  }
  return list[begin] == value;
}

// The rows of one tile: their factors together (rank×tileRows), what they keep, and what they ask for.
template <class T>
struct Group {
  T bases[tileRows<T>], thresholds[tileRows<T>];
  Best<T> best[tileRows<T>];
  const T* factors;
  index_t row, rows;
};

template <class T>
void start(Group<T>& group, const ItemQuery<T>& query, index_t rank, index_t row, index_t rows, T* factors) {
  group.row = row;
  group.rows = rows;
  group.factors = factors;
  for (int r = 0; r < tileRows<T>; ++r) {
    const bool real = r < rows;
    group.bases[r] = real ? query.bases[row + r] : T(0);
    group.thresholds[r] = static_cast<T>(real ? -__builtin_inff() : __builtin_inff());
    for (index_t l = 0; l < rank; ++l) factors[l * tileRows<T> + r] = real ? query.factors(row + r, l) : T(0);
  }
}

// Of the scores of one row with one panel, those above its threshold.
template <class T>
__attribute__((noinline)) void offer(const ItemPanels<T>& items, const ItemQuery<T>& query, Group<T>& group, int r,
                                     index_t firstItem, const T* scores) {
  const index_t begin = query.ranges[2 * (group.row + r)], end = query.ranges[2 * (group.row + r) + 1];
  const index_t count = items.items - firstItem < panelWidth<T> ? items.items - firstItem : panelWidth<T>;
  for (index_t c = 0; c < count; ++c) {
    if (!(scores[c] > group.thresholds[r])) continue;
    const auto item = static_cast<std::int32_t>(firstItem + c);
    if (begin < end && item <= query.excluded[end - 1] && contains(query.excluded, begin, end, item)) continue;
    group.best[r].add({scores[c], item});
    group.thresholds[r] = group.best[r].threshold();
  }
}

template <class T, bool cosine>
void scoreTile(const ItemPanels<T>& items, const ItemQuery<T>& query, Group<T>& group, index_t panel) {
  constexpr int count = vectorsOfPanel<T>, rows = tileRows<T>;
  const index_t firstItem = panel * panelWidth<T>;
  Vec<T> scores[rows][count];
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < count; ++c)
      scores[r][c] = cosine ? Vec<T>{} : group.bases[r] + load(items.biases + firstItem + c * lanes<T>);
  const T* factors = group.factors;
  const T* column = items.factors + firstItem * items.rank;
  for (index_t l = 0; l < items.rank; ++l, factors += rows, column += panelWidth<T>) {
    Vec<T> z[count];
    for (int c = 0; c < count; ++c) z[c] = load(column + c * lanes<T>);
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < count; ++c) scores[r][c] += factors[r] * z[c];
  }
  if constexpr (cosine)
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < count; ++c) scores[r][c] *= load(items.inverseNorms + firstItem + c * lanes<T>);
  Int<T> better{};
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < count; ++c) better |= scores[r][c] > broadcast<T>(group.thresholds[r]);
  if (__builtin_expect(!any<T>(better), 1)) return;
  for (int r = 0; r < rows; ++r) {
    Int<T> mine{};
    for (int c = 0; c < count; ++c) mine |= scores[r][c] > broadcast<T>(group.thresholds[r]);
    if (!any<T>(mine)) continue;
    T plain[panelWidth<T>];
    for (int c = 0; c < count; ++c) store(plain + c * lanes<T>, scores[r][c]);
    offer(items, query, group, r, firstItem, plain);
  }
}

}  // namespace

template <class T>
void topItems(const ItemPanels<T>& items, const ItemQuery<T>& query, index_t first, index_t last, index_t begin,
              index_t end, index_t count, Scored<T>* found, std::int32_t* sizes) {
  const index_t groups = (end - begin + tileRows<T> - 1) / tileRows<T>, room = items.rank * tileRows<T>;
  Workspace workspace(groups * (sizeof(Group<T>) + room * sizeof(T)));
  auto* const group = workspace.take<Group<T>>(groups);
  T* const factors = workspace.take<T>(groups * room);
  for (index_t g = 0; g < groups; ++g) {
    const index_t row = begin + g * tileRows<T>, rows = end - row < tileRows<T> ? end - row : tileRows<T>;
    start(group[g], query, items.rank, row, rows, factors + g * room);
    for (index_t r = 0; r < rows; ++r) group[g].best[r].start(found + (row + r - begin) * count, count);
  }
  // A panel stays in the nearest cache while all rows meet it.
  for (index_t panel = first; panel < last; ++panel)
    for (index_t g = 0; g < groups; ++g) {
      if (query.cosine) scoreTile<T, true>(items, query, group[g], panel);
      else scoreTile<T, false>(items, query, group[g], panel);
    }
  for (index_t g = 0; g < groups; ++g)
    for (index_t r = 0; r < group[g].rows; ++r)
      sizes[group[g].row + r - begin] = static_cast<std::int32_t>(group[g].best[r].size());
}

LOWRANK_SIMD_INSTANTIATE(topItems)

}  // namespace lowrank::simd::LOWRANK_ISA
