#include "pool.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

#include "placement.hpp"
#include "threads.hpp"

namespace lowrank {

namespace {

using Body = std::function<void(index_t, index_t)>;

class Pool {
 public:
  static Pool& instance() {
    static Pool* const pool = new Pool;  // never destroyed: its threads may outlive main's statics
    return *pool;
  }

  void run(index_t count, index_t grain, const Body& body, int threads) {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      threads = std::min(threads, grow(threads - 1) + 1);
      body_ = &body;
      count_ = count;
      grain_ = grain;
      next_ = 0;
      fault_ = nullptr;
      helpers_ = working_ = threads - 1;
      for (int index = 0; index < helpers_; ++index)
        placements_[static_cast<std::size_t>(index)].avoid(Placement::here());
      ++round_;
    }
    begin_.notify_all();
    work();
    std::unique_lock<std::mutex> lock(mutex_);
    end_.wait(lock, [this] { return working_ == 0; });
    if (fault_) std::rethrow_exception(fault_);
  }

  // Not a mutex: a body may call parallelFor again, on the thread that has the pool already.
  bool take() { return !taken_.exchange(true, std::memory_order_acquire); }
  void give() { taken_.store(false, std::memory_order_release); }

 private:
  // Up to so many helpers; fewer where the system has no thread left.
  int grow(int helpers) {
    try {
      for (; size_ < helpers; ++size_) {
        if (static_cast<int>(placements_.size()) == size_) placements_.emplace_back();
        std::thread([this, index = size_] { serve(index); }).detach();
      }
    } catch (const std::exception&) {
    }
    return size_;
  }

  void serve(int index) {
    std::unique_lock<std::mutex> lock(mutex_);
    Placement& placement = placements_[static_cast<std::size_t>(index)];
    for (std::uint64_t seen = 0;;) {
      placement.sleep();
      begin_.wait(lock, [&] { return round_ != seen && index < helpers_; });
      placement.wake();
      seen = round_;
      lock.unlock();
      work();
      lock.lock();
      if (--working_ == 0) end_.notify_one();
    }
  }

  void work() {
    try {
      for (;;) {
        const index_t begin = next_.fetch_add(grain_);
        if (begin >= count_) return;
        (*body_)(begin, std::min(begin + grain_, count_));
      }
    } catch (...) {
      next_ = count_;  // the others stop at their next piece
      std::lock_guard<std::mutex> lock(mutex_);
      if (!fault_) fault_ = std::current_exception();
    }
  }

  std::atomic<bool> taken_{false};
  std::mutex mutex_;
  std::condition_variable begin_, end_;
  const Body* body_ = nullptr;
  index_t count_ = 0, grain_ = 1;
  std::atomic<index_t> next_{0};
  std::exception_ptr fault_;
  std::uint64_t round_ = 0;
  int size_ = 0, helpers_ = 0, working_ = 0;
  std::deque<Placement> placements_;  // a helper's stays where it is while others join
};

}  // namespace

void parallelFor(index_t count, index_t grain, const Body& body) {
  const index_t pieces = (count + grain - 1) / grain;
  const int threads = pieces > 1 ? static_cast<int>(std::min<index_t>(pieces, threadLimit())) : 1;
  auto& pool = Pool::instance();
  if (threads > 1 && pool.take()) {
    struct Giver {
      Pool& pool;
      ~Giver() { pool.give(); }
    } const giver{pool};
    pool.run(count, grain, body, threads);
  } else if (count > 0) {
    body(0, count);
  }
}

}  // namespace lowrank
